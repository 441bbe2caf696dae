import { cssColour } from '../palette.js';
import { element } from '../svg.js';
import type { BarsMark } from '../figure.js';
import type { Drawn, Place } from './drawn.js';

interface Bar {
  readonly category: string;
  readonly series: number;
  readonly from: number;
  readonly to: number;
}

/** Bars of every category: from zero, or one on top of another, negative values below zero. */
function bars({ categories, series, layout }: BarsMark): Bar[] {
  return categories.flatMap((category, c) => {
    let [up, down] = [0, 0];
    return series.map(({ values }, index) => {
      const value = Number.isFinite(values[c]) ? values[c]! : 0;
      if (layout === 'grouped') return { category, series: index, from: 0, to: value };
      const from = value < 0 ? down : up;
      if (value < 0) down += value;
      else up += value;
      return { category, series: index, from, to: from + value };
    });
  });
}

export function barsMark(mark: BarsMark, firstColour: number): Drawn {
  const all = bars(mark);
  const colours = mark.series.map(({ colour }, index) => colour ?? firstColour + index);
  const ends = (): number[] => all.flatMap(({ from, to }) => [from, to]);
  const draw = ({ x, y }: Place): string => {
    const lying = y.axis.scale === 'category';
    const [categoryAxis, valueAxis] = lying ? [y, x] : [x, y];
    // A log axis has no zero: its bars stand on the axis.
    const at = (value: number): number =>
      value > 0 || valueAxis.axis.scale !== 'log' ? valueAxis.at(value) : valueAxis.range[0];
    return all
      .filter(({ from, to }) => from !== to)
      .map(({ category, series, from, to }) => {
        const [start, band] = categoryAxis.band(category);
        const width = mark.layout === 'grouped' ? band / mark.series.length : band;
        const across = start + (mark.layout === 'grouped' ? series * width : 0);
        const [a, b] = [Math.min(at(from), at(to)), Math.max(at(from), at(to))];
        const fill = cssColour(colours[series]!);
        return lying
          ? element('rect', { x: a, y: across, width: b - a, height: Math.max(1, width - 1), fill })
          : element('rect', { x: across, y: a, width: Math.max(1, width - 1), height: b - a, fill });
      })
      .join('');
  };
  return {
    // The axis of categories does not ask for values.
    xs: ends,
    ys: ends,
    categories: mark.categories,
    legend: mark.series.map(({ name }, index) => ({ name, colour: colours[index]!, swatch: 'area' })),
    draw,
  };
}
