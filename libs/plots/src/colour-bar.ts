import { axisTitle, layAxis } from './axis.js';
import { FRAME } from './palette.js';
import { element, num } from './svg.js';
import { drawText, SIZES, textWidth } from './text.js';
import type { Box, ColourBar } from './marks/drawn.js';

export const BAR_GAP = 14;
const WIDTH = 14;
const TITLE = 26;

const ticksOf = (bar: ColourBar, range: readonly [number, number]) =>
  layAxis({ label: bar.label, domain: bar.domain }, () => [], [], range, 'tight').ticks;

/** Width of a colour bar with its ticks and title. */
export const barWidth = (bar: ColourBar, height: number): number =>
  WIDTH + 8 + Math.max(0, ...ticksOf(bar, [height, 0]).map(({ text }) => textWidth(text, SIZES.tick))) + TITLE;

/** A bar of the map's colours at the right of a plotting area. */
export function drawBar(bar: ColourBar, box: Box): string {
  const x = box.x + box.width + BAR_GAP;
  const step = box.height / bar.colours.length;
  const ticks = ticksOf(bar, [box.y + box.height, box.y]);
  const colours = bar.colours.map((fill, i) =>
    element('rect', { x, y: box.y + box.height - (i + 1) * step, width: WIDTH, height: step + 0.3, fill }),
  );
  return [
    ...colours,
    element('rect', { x, y: box.y, width: WIDTH, height: box.height, fill: 'none', stroke: FRAME }),
    element('path', { d: ticks.map(({ at }) => `M${num(x + WIDTH)} ${num(at)}h4`).join(''), stroke: FRAME }),
    ...ticks.map(({ at, text }) => drawText(text, x + WIDTH + 7, at + 4, { size: SIZES.tick })),
    drawText(axisTitle(bar), x + barWidth(bar, box.height) - 8, box.y + box.height / 2, {
      size: SIZES.label,
      anchor: 'middle',
      rotate: -90,
    }),
  ].join('');
}
