import { cssColour } from '../palette.js';
import { paretoFront } from '../pareto.js';
import { element, num } from '../svg.js';
import type { Colour, FrontMark } from '../figure.js';
import type { Drawn } from './drawn.js';

export function frontMark(mark: FrontMark, colour: Colour): Drawn {
  return {
    xs: () => mark.points.map(({ x }) => x),
    ys: () => mark.points.map(({ y }) => y),
    legend: mark.name ? [{ name: mark.name, colour, swatch: 'dash' }] : [],
    draw: ({ x, y }) => {
      const front = paretoFront(mark.points, mark.better)
        .map((point) => [x.at(point.x), y.at(point.y)] as const)
        .filter(([px, py]) => Number.isFinite(px) && Number.isFinite(py));
      // What a point attains holds for every worse x: the step keeps y on the worse side of each point.
      const keepsY = mark.better.x === 'low';
      const path = front.map(([px, py], i) => {
        if (i === 0) return `M${num(px)} ${num(py)}`;
        return keepsY ? `H${num(px)}V${num(py)}` : `V${num(py)}H${num(px)}`;
      });
      return element('path', {
        d: path.join(''),
        fill: 'none',
        stroke: cssColour(colour),
        'stroke-width': '1.6',
        'stroke-dasharray': '5 4',
      });
    },
  };
}
