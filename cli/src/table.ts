export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** Takes the width that the others leave, and wraps; at most one. */
  readonly wraps?: boolean;
}

const GAP = '  ';
const NARROWEST_WRAP = 20;

/**
 * A plain-text table at most `width` columns wide where a wrapping column gives way; never narrower
 * than that column's NARROWEST_WRAP.
 */
export function renderTable(columns: readonly Column[], rows: readonly (readonly string[])[], width: number): string[] {
  const natural = columns.map(({ title }, c) => Math.max(title.length, ...rows.map((row) => row[c]?.length ?? 0)));
  const wrapping = columns.findIndex(({ wraps }) => wraps);
  const widths = [...natural];
  if (wrapping >= 0) {
    const others = natural.reduce((sum, w, c) => (c === wrapping ? sum : sum + w + GAP.length), 0);
    widths[wrapping] = Math.min(natural[wrapping]!, Math.max(NARROWEST_WRAP, width - others));
  }
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, c) => (columns[c]!.align === 'right' ? cell.padStart(widths[c]!) : cell.padEnd(widths[c]!)))
      .join(GAP)
      .trimEnd();
  const lines = [line(columns.map(({ title }) => title)), line(widths.map((w) => '─'.repeat(w)))];
  for (const row of rows) {
    const parts = row.map((cell, c) => (c === wrapping ? wrapText(cell, widths[c]!) : [cell]));
    const height = Math.max(...parts.map((part) => part.length));
    for (let i = 0; i < height; i++) lines.push(line(parts.map((part) => part[i] ?? '')));
  }
  return lines;
}

/** Breaks text at spaces into lines of at most `width` characters; a longer word is cut. */
export function wrapText(text: string, width: number): string[] {
  const lines: string[] = [];
  let current = '';
  for (let word of text.split(/\s+/).filter(Boolean)) {
    while (word.length > width) {
      if (current) lines.push(current);
      current = '';
      lines.push(word.slice(0, width));
      word = word.slice(width);
    }
    if (current && current.length + 1 + word.length > width) {
      lines.push(current);
      current = word;
    } else if (word) current = current ? `${current} ${word}` : word;
  }
  if (current || lines.length === 0) lines.push(current);
  return lines;
}

/** A positive quantity with three significant digits, never in exponent form; "–" where there is none. */
export function significant(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  if (value === 0) return '0';
  const decimals = Math.min(12, Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value)))));
  return value.toFixed(decimals);
}
