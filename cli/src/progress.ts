import type { Progress } from './supervisor/readiness.js';
import type { Terminal } from './terminal.js';

/** Shows how far a start is: one line that changes on a terminal, a line per quarter elsewhere. */
export class ProgressLine {
  readonly #terminal: Terminal;
  #quarter = -1;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  show({ ready, total, waiting, shards }: Progress): void {
    const services = waiting.length === 0 ? 'all services ready' : `waiting for ${waiting.join(', ')}`;
    const programmed = shards ? `shards programmed ${shards.done}/${shards.total}` : 'starting';
    this.#terminal.status(`${programmed} · services ready ${ready}/${total} · ${services}`);
    if (this.#terminal.interactive || !shards || shards.total === 0) return;
    const quarter = Math.floor((4 * shards.done) / shards.total);
    if (quarter <= this.#quarter) return;
    this.#quarter = quarter;
    this.#terminal.line(`programming shards ${shards.done}/${shards.total}`);
  }
}
