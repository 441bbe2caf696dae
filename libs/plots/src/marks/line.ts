import { cssColour } from '../palette.js';
import { element, num, polyline } from '../svg.js';
import type { Colour, LineMark, Series } from '../figure.js';
import type { Box, Drawn, Place } from './drawn.js';

function* pixels({ x, y }: Place, xs: Series, ys: Series, step: boolean): Generator<readonly [number, number]> {
  let last = NaN;
  for (let i = 0; i < Math.min(xs.length, ys.length); i++) {
    const [px, py] = [x.at(xs[i]!), y.at(ys[i]!)];
    if (step && Number.isFinite(last) && Number.isFinite(py)) yield [px, last];
    yield [px, py];
    last = py;
  }
}

function bandPath(place: Place, mark: LineMark): string {
  const { x, y } = place;
  const { low, high } = mark.band!;
  const [bottom] = y.range;
  // Below a log axis there is no pixel: the band ends at the axis.
  const at = (value: number): number => (Number.isNaN(y.at(value)) && value <= 0 ? bottom : y.at(value));
  const there: string[] = [];
  const back: string[] = [];
  for (let i = 0; i < Math.min(mark.x.length, low.length, high.length); i++) {
    const [px, a, b] = [x.at(mark.x[i]!), at(low[i]!), at(high[i]!)];
    if (![px, a, b].every(Number.isFinite)) continue;
    there.push(`${num(px)} ${num(b)}`);
    back.push(`${num(px)} ${num(a)}`);
  }
  return there.length === 0 ? '' : `M${there.join('L')}L${back.toReversed().join('L')}Z`;
}

const EDGE = 0.5;
const within = ([px, py]: readonly [number, number], { x, y, width, height }: Box): boolean =>
  px >= x - EDGE && px <= x + width + EDGE && py >= y - EDGE && py <= y + height + EDGE;

export function lineMark(mark: LineMark, colour: Colour): Drawn {
  const css = cssColour(colour);
  return {
    ...(mark.points ? { fit: 'roomy' as const } : {}),
    xs: () => Array.from(mark.x),
    ys: () => [
      ...Array.from(mark.y),
      ...(mark.band ? [...Array.from(mark.band.low), ...Array.from(mark.band.high)] : []),
    ],
    legend: mark.name ? [{ name: mark.name, colour, swatch: mark.dash ? 'dash' : 'line' }] : [],
    draw: (place) =>
      [
        mark.band ? element('path', { d: bandPath(place, mark), fill: css, 'fill-opacity': '0.18' }) : '',
        element('path', {
          d: polyline([...pixels(place, mark.x, mark.y, mark.step ?? false)]),
          fill: 'none',
          stroke: css,
          'stroke-width': '2',
          'stroke-linejoin': 'round',
          'stroke-dasharray': mark.dash ? '6 4' : undefined,
        }),
      ].join(''),
    // Symbols on the frame are drawn whole; those beyond it not at all.
    labels: (place) =>
      mark.points
        ? [...pixels(place, mark.x, mark.y, mark.step ?? false)]
            .filter((pixel) => within(pixel, place.box))
            .map(([cx, cy]) => element('circle', { cx, cy, r: 2.8, fill: css }))
            .join('')
        : '',
  };
}
