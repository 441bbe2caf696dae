import { PAPER } from './palette.js';
import { layPanel, type LaidPanel } from './panel.js';
import { element, escape } from './svg.js';
import { drawText, FONT, SIZES, textWidth } from './text.js';
import type { Figure } from './figure.js';

const MARGIN = 18;
const GAP = 26;
const PANEL_SIZE = { width: 400, height: 280 } as const;
const NARROWEST = 360;

/** Breaks text at spaces into lines no wider than `width` pixels. */
function wrap(text: string, size: number, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && textWidth(`${last} ${word}`, size) <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/**
 * Draws a figure as a self-contained SVG on a white ground, without scripts, ids, images or fonts of its own: it
 * shows in a browser, on GitHub and within another page. The same figure gives the same bytes.
 *
 * @throws OhmlightError invalid_value: an axis without a value to show, a log axis that is not positive,
 *   bars without an axis of categories
 */
export function renderFigure(figure: Figure): string {
  const count = Math.max(1, Math.min(figure.columns ?? 2, figure.panels.length));
  const laid = figure.panels.map((panel) => layPanel(panel, panel.size ?? figure.panelSize ?? PANEL_SIZE));
  const rows = Array.from({ length: Math.ceil(laid.length / count) }, (_, r) => laid.slice(r * count, (r + 1) * count));
  const column = (c: number): LaidPanel[] => rows.flatMap((row) => row[c] ?? []);
  // Plotting areas of a column share their left edge, those of a row their upper one.
  const columns = Array.from({ length: count }, (_, c) => ({
    left: Math.max(0, ...column(c).map(({ margin }) => margin.left)),
    right: Math.max(0, ...column(c).map(({ margin, size }) => size.width + margin.right)),
  }));
  const inner = Math.max(NARROWEST, sum(columns.map(({ left, right }) => left + right)) + GAP * (count - 1));
  const titles = wrap(figure.title, SIZES.title * 1.05, inner);
  const subtitles = figure.subtitle ? wrap(figure.subtitle, SIZES.tick, inner) : [];
  const notes = figure.note ? wrap(figure.note, SIZES.note, inner) : [];
  const body: string[] = [];
  let y = MARGIN;
  const write = (lines: readonly string[], size: number, style: { bold?: boolean; muted?: boolean }): void => {
    for (const line of lines) {
      body.push(drawText(line, MARGIN, y + size, { size, ...style }));
      y += size * 1.4;
    }
  };
  write(titles, SIZES.title, { bold: true });
  write(subtitles, SIZES.tick, { muted: true });
  y += 12;
  rows.forEach((row, r) => {
    const top = Math.max(...row.map(({ margin }) => margin.top));
    let x = MARGIN;
    row.forEach((panel, c) => {
      body.push(panel.draw(x + columns[c]!.left, y + top));
      x += columns[c]!.left + columns[c]!.right + GAP;
    });
    y +=
      top + Math.max(...row.map(({ margin, size }) => size.height + margin.bottom)) + (r < rows.length - 1 ? GAP : 0);
  });
  if (notes.length > 0) y += 8;
  write(notes, SIZES.note, { muted: true });
  const [width, height] = [Math.ceil(inner + 2 * MARGIN), Math.ceil(y + MARGIN - 6)];
  return `${element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      role: 'img',
      'font-family': FONT,
      style: 'max-width:100%;height:auto',
    },
    [
      element('title', {}, escape(figure.title)),
      figure.description ? element('desc', {}, escape(figure.description)) : '',
      element('rect', { width, height, fill: PAPER }),
      ...body,
    ].join('\n'),
  )}\n`;
}
