import { type Kind, type Summary, summaryOf, type ValidationRow } from '@ohmlight/validation';
import { wrapText } from '../table.js';
import { markdownTable, terminalTable } from '../table-of-rows.js';
import { FIGURES, NAME, SOURCE, type ValidationColumn } from './columns.js';

/** Rows of each family, in the order in which they come. */
function byFamily(rows: readonly ValidationRow[]): Map<string, ValidationRow[]> {
  const families = new Map<string, ValidationRow[]>();
  for (const row of rows) families.set(row.family, [...(families.get(row.family) ?? []), row]);
  return families;
}

const KINDS: readonly Kind[] = ['held out', 'components', 'equation', 'fitted'];

/** What the table amounts to, in a sentence. */
export function summaryLine({ rows, passed, knownMisses, failed, withinTenPercent, byKind }: Summary): string {
  const near = KINDS.map((kind) => `${withinTenPercent[kind]} of ${byKind[kind]} ${kind}`).join(', ');
  return `${rows} rows: ${passed} pass, ${knownMisses} known misses, ${failed} fail. Within 10 %: ${near}.`;
}

/** The rows for a terminal: a table for each family, reasons of misses below it. */
export function printRows(rows: readonly ValidationRow[], width: number): string[] {
  const lines: string[] = [];
  for (const [family, own] of byFamily(rows)) {
    lines.push(family, ...terminalTable([NAME, ...FIGURES], own, width));
    for (const { name, note } of own.filter(({ status }) => status !== 'pass'))
      lines.push(...wrapText(`${name}: ${note ?? 'no reason is known'}`, width - 2).map((line) => `  ${line}`));
    lines.push('');
  }
  return [...lines, summaryLine(summaryOf(rows))];
}

/** The rows as Markdown: a heading and a table for each family, notes below it. */
export function markdownRows(rows: readonly ValidationRow[]): string {
  const columns = [NAME, SOURCE, ...FIGURES].map(boldUnlessPassed);
  const sections = [...byFamily(rows)].map(([family, own]) => {
    const notes = own.filter(({ note }) => note !== null);
    return [
      `### ${family}`,
      '',
      markdownTable(columns, own),
      ...(notes.length > 0 ? ['', ...notes.map(({ name, note }) => `- *${name}*: ${note}`)] : []),
    ].join('\n');
  });
  return [summaryLine(summaryOf(rows)), ...sections].join('\n\n');
}

const boldUnlessPassed = (column: ValidationColumn): ValidationColumn => ({
  ...column,
  cell: (row) => (row.status === 'pass' ? column.cell(row) : bold(column.cell(row))),
});

const bold = (cell: string): string => (cell === '' ? '' : `**${cell}**`);
