import { cssColour } from '../palette.js';
import { element, num } from '../svg.js';
import { drawText, SIZES } from '../text.js';
import type { Colour, RuleMark } from '../figure.js';
import type { Drawn } from './drawn.js';

export function ruleMark(mark: RuleMark, colour: Colour): Drawn {
  const css = cssColour(colour);
  return {
    xs: () => (mark.x === undefined ? [] : [mark.x]),
    ys: () => (mark.y === undefined ? [] : [mark.y]),
    legend: mark.name ? [{ name: mark.name, colour, swatch: 'dash' }] : [],
    draw: ({ x, y, box }) => {
      const vertical = mark.x === undefined ? '' : `M${num(x.at(mark.x))} ${num(box.y)}v${num(box.height)}`;
      const level = mark.y === undefined ? '' : `M${num(box.x)} ${num(y.at(mark.y))}h${num(box.width)}`;
      return element('path', { d: vertical + level, stroke: css, 'stroke-width': '1.4', 'stroke-dasharray': '3 3' });
    },
    labels: ({ x, y, box }) => {
      if (!mark.label) return '';
      const style = { size: SIZES.note, colour: css, halo: true } as const;
      if (mark.x === undefined)
        return drawText(mark.label, box.x + box.width - 5, y.at(mark.y ?? NaN) - 5, { ...style, anchor: 'end' });
      const px = x.at(mark.x);
      const right = px < box.x + box.width / 2;
      return drawText(mark.label, px + (right ? 5 : -5), box.y + 14, { ...style, anchor: right ? 'start' : 'end' });
    },
  };
}
