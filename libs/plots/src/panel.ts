import { axisTitle, layAxis, type Laid } from './axis.js';
import { FRAME, GRID } from './palette.js';
import { element, num } from './svg.js';
import { drawText, SIZES, textWidth } from './text.js';
import { barsMark } from './marks/bars.js';
import { drawBar, BAR_GAP, barWidth } from './colour-bar.js';
import { frontMark } from './marks/front.js';
import { heatMark } from './marks/heat.js';
import { histogramMark } from './marks/histogram.js';
import { drawLegend, layLegend, LEGEND_LINE } from './legend.js';
import { lineMark } from './marks/line.js';
import { ruleMark } from './marks/rule.js';
import { scatterMark } from './marks/scatter.js';
import type { Box, Drawn } from './marks/drawn.js';
import type { Mark, Panel, Size } from './figure.js';

/** Marks in order, each that names no colour with the next of the palette. */
function drawnMarks({ marks, x }: Panel): Drawn[] {
  let next = 0;
  return marks.map((mark: Mark): Drawn => {
    switch (mark.kind) {
      case 'heat':
        return heatMark(mark);
      case 'bars': {
        const first = next;
        next += mark.series.length;
        return barsMark(mark, first);
      }
      case 'rule':
        return ruleMark(mark, mark.colour ?? 'muted');
      case 'front':
        return frontMark(mark, mark.colour ?? 'ink');
      case 'line':
        return lineMark(mark, mark.colour ?? next++);
      case 'scatter':
        return scatterMark(mark, mark.colour ?? next++);
      case 'histogram':
        return histogramMark(mark, mark.colour ?? next++, x);
    }
  });
}

/** A panel that knows its outer size before it has a place. */
export interface LaidPanel {
  /** Room that texts take about the plotting area, in pixels. */
  readonly margin: Readonly<Record<'left' | 'right' | 'top' | 'bottom', number>>;
  readonly size: Size;
  /** Draws it with the corner of its plotting area at (x, y). */
  draw(x: number, y: number): string;
}

const TICK = 5;
const TILT = -32;

/** Whether texts of ticks would touch when written level. */
const crowded = (axis: Laid): boolean => {
  const texts = axis.ticks.filter(({ text }) => text);
  return texts.some(({ at, text }, i) => {
    const next = texts[i + 1];
    return next && (textWidth(text, SIZES.tick) + textWidth(next.text, SIZES.tick)) / 2 + 6 > Math.abs(next.at - at);
  });
};

const widestTick = (axis: Laid): number => Math.max(0, ...axis.ticks.map(({ text }) => textWidth(text, SIZES.tick)));

function drawAxes(x: Laid, y: Laid, box: Box, tilted: boolean, margin: { left: number; bottom: number }): string {
  const [right, bottom] = [box.x + box.width, box.y + box.height];
  const grid = [
    ...x.ticks
      .filter(({ text }) => text && x.axis.scale !== 'category')
      .map(({ at }) => `M${num(at)} ${num(box.y)}V${num(bottom)}`),
    ...y.ticks
      .filter(({ text }) => text && y.axis.scale !== 'category')
      .map(({ at }) => `M${num(box.x)} ${num(at)}H${num(right)}`),
  ];
  const short = (text: string): number => (text ? TICK : 3);
  const ticks = [
    ...x.ticks.map(({ at, text }) => `M${num(at)} ${num(bottom)}v${short(text)}`),
    ...y.ticks.map(({ at, text }) => `M${num(box.x)} ${num(at)}h${-short(text)}`),
  ];
  const { tick, label } = SIZES;
  return [
    element('path', { d: ticks.join(''), stroke: FRAME, 'stroke-width': '1' }),
    ...x.ticks
      .filter(({ text }) => text)
      .map(({ at, text }) =>
        tilted
          ? drawText(text, at + 4, bottom + 16, { size: tick, anchor: 'end', rotate: TILT })
          : drawText(text, at, bottom + 18, { size: tick, anchor: 'middle' }),
      ),
    ...y.ticks
      .filter(({ text }) => text)
      .map(({ at, text }) => drawText(text, box.x - 8, at + tick * 0.36, { size: tick, anchor: 'end' })),
    drawText(axisTitle(x.axis), box.x + box.width / 2, bottom + margin.bottom - 8, { size: label, anchor: 'middle' }),
    drawText(axisTitle(y.axis), box.x - margin.left + 13, box.y + box.height / 2, {
      size: label,
      anchor: 'middle',
      rotate: -90,
    }),
    grid.length > 0 ? element('path', { d: grid.join(''), stroke: GRID, 'stroke-width': '1' }) : '',
  ].join('');
}

const frame = (box: Box): string => element('rect', { ...box, fill: 'none', stroke: FRAME, 'stroke-width': '1' });

/** Lays out a panel: margins from the texts of its axes, legend above, colour bar at the right. */
export function layPanel(panel: Panel, size: Size): LaidPanel {
  const marks = drawnMarks(panel);
  const categories = marks.find((mark) => mark.categories)?.categories ?? [];
  const fits = marks.map((mark) => mark.fit);
  const fit = fits.includes('tight') ? 'tight' : fits.includes('roomy') ? 'roomy' : 'round';
  const xAt = (box: Box): Laid =>
    layAxis(panel.x, () => marks.flatMap((mark) => [...mark.xs()]), categories, [box.x, box.x + box.width], fit);
  const yAt = (box: Box): Laid =>
    layAxis(panel.y, () => marks.flatMap((mark) => [...mark.ys()]), categories, [box.y + box.height, box.y], fit);
  const trial: Box = { x: 0, y: 0, ...size };
  const [x, y] = [xAt(trial), yAt(trial)];
  const tilted = crowded(x);
  const legend =
    panel.legend === false
      ? []
      : layLegend(
          marks.flatMap((mark) => mark.legend),
          size.width,
        );
  const bar = marks.find((mark) => mark.bar)?.bar;
  const margin = {
    // Words are wider in some fonts than their estimate, by more than digits are.
    left: widestTick(y) * (y.axis.scale === 'category' ? 1.12 : 1) + 12 + (axisTitle(panel.y) ? 22 : 4),
    bottom: (tilted ? 20 + widestTick(x) * Math.sin((-TILT * Math.PI) / 180) : 24) + (axisTitle(panel.x) ? 22 : 4),
    top: (panel.title ? 24 : 6) + legend.length * LEGEND_LINE + (legend.length > 0 ? 4 : 0),
    right: bar ? BAR_GAP + barWidth(bar, size.height) : 16,
  };
  return {
    margin,
    size,
    draw: (left, top) => {
      const box: Box = { x: left, y: top, ...size };
      const above = top - margin.top;
      const place = { x: xAt(box), y: yAt(box), box };
      const taken = marks.flatMap((mark) => mark.symbols?.(place) ?? []);
      // A nested svg clips without an id, so figures may share a page.
      const clipped = element(
        'svg',
        { ...box, viewBox: [box.x, box.y, box.width, box.height].map(num).join(' '), overflow: 'hidden' },
        marks.map((mark) => mark.draw(place)).join(''),
      );
      return [
        panel.title ? drawText(panel.title, box.x, above + 14, { size: SIZES.panel, bold: true }) : '',
        drawLegend(legend, box.x, above + (panel.title ? 24 : 6)),
        drawAxes(place.x, place.y, box, tilted, margin),
        clipped,
        frame(box),
        ...marks.map((mark) => mark.labels?.(place, taken) ?? ''),
        bar ? drawBar(bar, box) : '',
      ].join('');
    },
  };
}
