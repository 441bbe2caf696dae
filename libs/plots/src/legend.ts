import { cssColour } from './palette.js';
import { element, num } from './svg.js';
import { drawText, SIZES, textWidth } from './text.js';
import { symbol, symbols } from './marks/scatter.js';
import type { LegendEntry } from './marks/drawn.js';

export const LEGEND_LINE = 18;
const SWATCH = 22;
const GAP = 14;

/** Entries in lines that fit a width; a name that stands twice is listed once. */
export function layLegend(entries: readonly LegendEntry[], width: number): LegendEntry[][] {
  const lines: LegendEntry[][] = [];
  let used = Infinity;
  const seen = new Set<string>();
  for (const entry of entries) {
    if (seen.has(entry.name)) continue;
    seen.add(entry.name);
    const own = SWATCH + 5 + textWidth(entry.name, SIZES.tick) + GAP;
    if (used + own > width + GAP) {
      lines.push([]);
      used = 0;
    }
    lines.at(-1)!.push(entry);
    used += own;
  }
  return lines;
}

function swatch({ swatch, colour }: LegendEntry, x: number, y: number): string {
  const css = cssColour(colour);
  if (swatch === 'area') return element('rect', { x: x + 5, y: y - 5, width: 12, height: 10, fill: css });
  if (swatch === 'line' || swatch === 'dash')
    return element('path', {
      d: `M${num(x)} ${num(y)}h${SWATCH}`,
      stroke: css,
      'stroke-width': '2.4',
      'stroke-dasharray': swatch === 'dash' ? '6 4' : undefined,
    });
  return symbols(swatch, css, symbol(swatch, x + SWATCH / 2, y, 4.5));
}

export function drawLegend(lines: readonly (readonly LegendEntry[])[], left: number, top: number): string {
  let drawn = '';
  lines.forEach((line, i) => {
    const y = top + i * LEGEND_LINE + LEGEND_LINE / 2;
    let x = left;
    for (const entry of line) {
      drawn += swatch(entry, x, y) + drawText(entry.name, x + SWATCH + 5, y + 4, { size: SIZES.tick });
      x += SWATCH + 5 + textWidth(entry.name, SIZES.tick) + GAP;
    }
  });
  return drawn;
}
