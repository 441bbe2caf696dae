/** What a command writes to. */
export interface Terminal {
  /** A whole line. */
  line(text: string): void;
  /** A line that the next one replaces: on a terminal only, elsewhere nothing. */
  status(text: string): void;
  readonly interactive: boolean;
  readonly columns: number;
}

const CLEAR_LINE = '\r\u001b[K';

/** The terminal of this process. */
export function processTerminal(): Terminal {
  const { stdout } = process;
  // A reader that goes away (`npm start | head`) ends the output, not the installation.
  stdout.on('error', () => {});
  const interactive = stdout.isTTY;
  // A pseudo-terminal may not know its width.
  const columns = (): number => stdout.columns || 100;
  let pending = false;
  const clear = (): string => (pending ? CLEAR_LINE : '');
  return {
    interactive,
    get columns() {
      return columns();
    },
    line(text) {
      stdout.write(`${clear()}${text}\n`);
      pending = false;
    },
    status(text) {
      if (!interactive) return;
      stdout.write(`${CLEAR_LINE}${text.slice(0, columns() - 1)}`);
      pending = text !== '';
    },
  };
}
