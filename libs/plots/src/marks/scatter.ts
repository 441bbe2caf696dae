import { cssColour, MUTED, PAPER } from '../palette.js';
import { element, num } from '../svg.js';
import { drawText, SIZES, textWidth } from '../text.js';
import type { Colour, Point, ScatterMark } from '../figure.js';
import type { Box, Drawn, Place } from './drawn.js';

type Shape = NonNullable<ScatterMark['shape']>;

/** Symbols of one shape and colour share its attributes: a figure may have thousands. */
export const symbols = (shape: Shape, css: string, drawn: string): string =>
  shape === 'cross'
    ? element('g', { stroke: css, 'stroke-width': '1.8', fill: 'none' }, drawn)
    : element('g', { fill: css, stroke: PAPER, 'stroke-width': '0.8' }, drawn);

/** A symbol of about the same area whatever its shape, to be put within `symbols`. */
export function symbol(shape: Shape, x: number, y: number, size: number): string {
  const path = (d: string): string => element('path', { d });
  const [a, b] = [size * 0.9, size * 1.3];
  switch (shape) {
    case 'circle':
      return element('circle', { cx: x, cy: y, r: size });
    case 'square':
      return element('rect', { x: x - a, y: y - a, width: 2 * a, height: 2 * a });
    case 'triangle':
      return path(`M${num(x)} ${num(y - b)}l${num(b)} ${num(2 * a)}h${num(-2 * b)}z`);
    case 'diamond':
      return path(`M${num(x)} ${num(y - b)}l${num(b)} ${num(b)}l${num(-b)} ${num(b)}l${num(-b)} ${num(-b)}z`);
    case 'cross':
      return path(
        `M${num(x - a)} ${num(y - a)}l${num(2 * a)} ${num(2 * a)}m0 ${num(-2 * a)}l${num(-2 * a)} ${num(2 * a)}`,
      );
  }
}

const overlap = (a: Box, b: Box): number =>
  Math.max(0, Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)) *
  Math.max(0, Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y));

const outside = (inner: Box, outer: Box): number => inner.width * inner.height - overlap(inner, outer);

/** How far above or below its point a label may stand, on a leader, where there is no room beside it; pixels. */
const FAR = Array.from({ length: 12 }, (_, i) => 24 + 14 * i);

/** Places labels one after another where they cover points, other labels and the frame least. */
function placeLabels(points: readonly Point[], size: number, taken: Box[], { x, y, box }: Place): string {
  const { tick } = SIZES;
  let drawn = '';
  for (const point of points) {
    if (!point.label) continue;
    const [px, py] = [x.at(point.x), y.at(point.y)];
    if (!Number.isFinite(px) || !Number.isFinite(py)) continue;
    const [width, height] = [textWidth(point.label, tick), tick];
    const gap = size + 4;
    const left = px - gap - width;
    const right = px + gap;
    const near = [
      ['start', right, py - height / 2],
      ['end', left, py - height / 2],
      ['middle', px - width / 2, py - gap - height],
      ['middle', px - width / 2, py + gap],
      ['start', right - 2, py - gap - height / 2],
      ['start', right - 2, py + gap / 2],
      ['end', left + 2, py - gap - height / 2],
      ['end', left + 2, py + gap / 2],
      ['start', right - 2, py - gap - height],
      ['start', right - 2, py + gap],
      ['end', left + 2, py - gap - height],
      ['end', left + 2, py + gap],
    ] as const;
    const far = FAR.flatMap(
      (away) =>
        [
          ['start', right, py - height / 2 - away],
          ['start', right, py - height / 2 + away],
          ['end', left, py - height / 2 - away],
          ['end', left, py - height / 2 + away],
          ['middle', px - width / 2, py - height / 2 - away],
          ['middle', px - width / 2, py - height / 2 + away],
        ] as const,
    );
    const choices = [...near, ...far];
    const boxes = choices.map(([, bx, by]): Box => ({ x: bx, y: by, width, height }));
    const costs = boxes.map(
      (choice, i) =>
        2 * outside(choice, box) +
        taken.reduce((sum, other) => sum + overlap(choice, other), 0) +
        (i < near.length ? 0 : Math.abs(choice.y + height / 2 - py)),
    );
    const best = costs.indexOf(Math.min(...costs));
    const at = boxes[best]!;
    taken.push(at);
    if (best >= near.length) {
      const end = at.y > py ? at.y : at.y + height;
      const endX = Math.min(Math.max(px, at.x), at.x + width);
      drawn += element('path', {
        d: `M${num(px)} ${num(py)}L${num(endX)} ${num(end)}`,
        stroke: MUTED,
        'stroke-width': '0.7',
      });
    }
    // Anchored on the point's side: a font wider than the estimate grows away from the symbol.
    const [anchor] = choices[best]!;
    const textX = at.x + { start: 0, middle: width / 2, end: width }[anchor];
    drawn += drawText(point.label, textX, at.y + height * 0.85, { size: tick, halo: true, anchor });
  }
  return drawn;
}

export function scatterMark(mark: ScatterMark, colour: Colour): Drawn {
  const css = cssColour(colour);
  const shape = mark.shape ?? 'circle';
  const size = mark.size ?? 4;
  const onPanel = ({ x, y }: Place): { point: Point; px: number; py: number }[] =>
    mark.points
      .map((point) => ({ point, px: x.at(point.x), py: y.at(point.y) }))
      .filter(({ px, py }) => Number.isFinite(px) && Number.isFinite(py));
  return {
    fit: 'roomy',
    xs: () => mark.points.map(({ x }) => x),
    ys: () => mark.points.flatMap(({ y, low = y, high = y }) => [low, y, high]),
    legend: mark.name ? [{ name: mark.name, colour, swatch: shape }] : [],
    draw: (place) => {
      const shown = onPanel(place);
      const bars = shown
        .filter(({ point: { low, high } }) => low !== undefined && high !== undefined)
        .map(({ point: { low, high }, px }) => `M${num(px)} ${num(place.y.at(low!))}V${num(place.y.at(high!))}`);
      return [
        bars.length > 0 ? element('path', { d: bars.join(''), stroke: css, 'stroke-width': '1.4' }) : '',
        symbols(shape, css, shown.map(({ px, py }) => symbol(shape, px, py, size)).join('')),
      ].join('');
    },
    symbols: (place) =>
      onPanel(place).map(({ px, py }) => ({ x: px - size, y: py - size, width: 2 * size, height: 2 * size })),
    labels: (place, taken) => placeLabels(mark.points, size, taken, place),
  };
}
