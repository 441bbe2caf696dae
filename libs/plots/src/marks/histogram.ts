import { bisectRight } from 'd3-array';
import { cssColour } from '../palette.js';
import { element, num } from '../svg.js';
import type { Axis, Colour, HistogramMark } from '../figure.js';
import type { Drawn } from './drawn.js';

export interface Histogram {
  /** One more than bins, ascending. */
  readonly edges: readonly number[];
  /** Values in each bin, the last edge included; what lies outside is not counted. */
  readonly counts: readonly number[];
}

/** Counts finite values (positive ones on a log axis) in bins. */
export function histogram({ values, bins = 40 }: Pick<HistogramMark, 'values' | 'bins'>, axis: Axis): Histogram {
  const log = axis.scale === 'log';
  const usable = Array.from(values).filter((value) => Number.isFinite(value) && (!log || value > 0));
  const edges = typeof bins === 'number' ? equalEdges(usable, bins, axis) : [...bins];
  const counts = Array.from({ length: Math.max(0, edges.length - 1) }, () => 0);
  for (const value of usable) {
    const bin = value === edges.at(-1) ? counts.length - 1 : bisectRight(edges, value) - 1;
    if (bin >= 0 && bin < counts.length) counts[bin]!++;
  }
  return { edges, counts };
}

function equalEdges(values: readonly number[], bins: number, { domain, scale }: Axis): number[] {
  let [low, high] = domain ?? [Infinity, -Infinity];
  if (!domain)
    for (const value of values) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  if (low > high) return [];
  if (low === high) [low, high] = scale === 'log' ? [low / 2, high * 2] : [low - 0.5, high + 0.5];
  return Array.from({ length: bins + 1 }, (_, i) => {
    if (i === 0) return low;
    if (i === bins) return high;
    return scale === 'log' ? low * (high / low) ** (i / bins) : low + ((high - low) * i) / bins;
  });
}

export function histogramMark(mark: HistogramMark, colour: Colour, xAxis: Axis): Drawn {
  const { edges, counts } = histogram(mark, xAxis);
  const total = mark.share ? Math.max(1, mark.values.length) : 1;
  const css = cssColour(colour);
  return {
    xs: () => edges,
    ys: () => [0, ...counts.map((count) => count / total)],
    legend: mark.name ? [{ name: mark.name, colour, swatch: 'area' }] : [],
    draw: ({ x, y }) => {
      if (counts.length === 0) return '';
      // Empty bins of a log axis rest on its end.
      const height = (count: number): number =>
        count > 0 || y.axis.scale !== 'log' ? y.at(count / total) : y.range[0];
      const steps = counts.map((count, i) => `V${num(height(count))}H${num(x.at(edges[i + 1]!))}`).join('');
      const d = `M${num(x.at(edges[0]!))} ${num(y.range[0])}${steps}V${num(y.range[0])}`;
      return element('path', { d, fill: css, 'fill-opacity': '0.25', stroke: css, 'stroke-width': '1.5' });
    },
  };
}
