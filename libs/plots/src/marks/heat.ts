import { contours } from 'd3-contour';
import { mapColour, INK } from '../palette.js';
import { element, num } from '../svg.js';
import type { Field, HeatMark } from '../figure.js';
import type { Drawn, Place } from './drawn.js';

const LEVELS = 24;

function finiteExtent(values: ArrayLike<number>): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low <= high ? [low, high] : [0, 1];
}

/** Pixel of a grid coordinate: column 0 … columns, row 0 … rows. */
type ToPixel = (column: number, row: number) => readonly [number, number];

function toPixel({ field, x, y }: HeatMark, place: Place): ToPixel {
  return (column, row) => [
    place.x.at(x[0] + ((x[1] - x[0]) * column) / field.columns),
    place.y.at(y[0] + ((y[1] - y[0]) * row) / field.rows),
  ];
}

type Ring = readonly (readonly number[])[];

/** A closed path with relative steps of a tenth of a pixel, which is what keeps a field small. */
function ringPath(ring: Ring, pixel: ToPixel): string {
  let path = '';
  let [lastX, lastY] = [NaN, NaN];
  for (const [column, row] of ring.slice(0, -1)) {
    const [px, py] = pixel(column!, row!);
    const [tx, ty] = [Math.round(px * 10), Math.round(py * 10)];
    if (tx === lastX && ty === lastY) continue;
    const dy = (ty - lastY) / 10;
    path += Number.isNaN(lastX)
      ? `M${num(tx / 10)} ${num(ty / 10)}l`
      : `${path.endsWith('l') ? '' : ' '}${num((tx - lastX) / 10)}${dy < 0 ? '' : ' '}${num(dy)}`;
    [lastX, lastY] = [tx, ty];
  }
  // A ring of one pixel has no area.
  return path.endsWith('l') || path === '' ? '' : `${path}z`;
}

const isolines = (field: Field, thresholds: readonly number[]): { value: number; rings: Ring[] }[] =>
  contours()
    .size([field.columns, field.rows])
    .thresholds([...thresholds])(Array.from(field.values))
    .map(({ value, coordinates }) => ({ value, rings: coordinates.flat() as unknown as Ring[] }));

/** Rings without the stretches along the grid's edge, which belong to a filled band, not to a line. */
function openLines({ columns, rows }: Field, rings: readonly Ring[], pixel: ToPixel): string {
  const edge = ([column, row]: readonly number[]): boolean =>
    column! <= 0 || row! <= 0 || column! >= columns || row! >= rows;
  return rings
    .flatMap((ring) =>
      ring.slice(1).map((point, i) => {
        const before = ring[i]!;
        if (edge(point) && edge(before)) return '';
        const [px, py] = pixel(point[0]!, point[1]!);
        const [bx, by] = pixel(before[0]!, before[1]!);
        const starts = i === 0 || (edge(before) && edge(ring[i - 1]!));
        return `${starts ? `M${num(bx)} ${num(by)}` : ''}L${num(px)} ${num(py)}`;
      }),
    )
    .join('');
}

/** Bands between levels, each painted over those below it, so that no seam shows. */
function smooth(mark: HeatMark, domain: readonly [number, number], colours: readonly string[], place: Place): string {
  const { x, y, width, height } = place.box;
  const pixel = toPixel(mark, place);
  const thresholds = colours.slice(1).map((_, i) => domain[0] + ((domain[1] - domain[0]) * (i + 1)) / colours.length);
  const bands = isolines(mark.field, thresholds).map(({ rings }, i) => {
    const d = rings.map((ring) => ringPath(ring, pixel)).join('');
    return d === '' ? '' : element('path', { d, fill: colours[i + 1], 'fill-rule': 'evenodd' });
  });
  return element('rect', { x, y, width, height, fill: colours[0] }) + bands.join('');
}

/** Equal neighbours of a row as one rectangle, all rectangles of a colour as one path. */
function cells(mark: HeatMark, domain: readonly [number, number], colours: readonly string[], place: Place): string {
  const { columns, rows, values } = mark.field;
  const paths = colours.map(() => '');
  const span = domain[1] - domain[0] || 1;
  const level = (row: number, column: number): number => {
    const value = values[row * columns + column]!;
    if (!Number.isFinite(value)) return -1;
    return Math.min(colours.length - 1, Math.max(0, Math.floor(((value - domain[0]) / span) * colours.length)));
  };
  for (let row = 0; row < rows; row++) {
    for (let start = 0; start < columns;) {
      const at = level(row, start);
      let end = start + 1;
      while (end < columns && level(row, end) === at) end++;
      if (at >= 0) paths[at] += `M${start} ${row}h${end - start}v1h${start - end}z`;
      start = end;
    }
  }
  const [x0, y0] = toPixel(mark, place)(0, 0);
  const [x1, y1] = toPixel(mark, place)(columns, rows);
  const body = paths.map((d, i) => (d === '' ? '' : element('path', { d, fill: colours[i] }))).join('');
  const transform = `translate(${num(x0)} ${num(y0)}) scale(${(x1 - x0) / columns} ${(y1 - y0) / rows})`;
  return element('g', { transform, 'shape-rendering': 'crispEdges' }, body);
}

export function heatMark(mark: HeatMark): Drawn {
  const domain = mark.domain ?? finiteExtent(mark.field.values);
  const count = mark.levels ?? LEVELS;
  const map = mark.colours ?? 'viridis';
  const colours = Array.from({ length: count }, (_, i) => mapColour(map, count === 1 ? 0.5 : i / (count - 1)));
  return {
    xs: () => mark.x,
    ys: () => mark.y,
    fit: 'tight',
    legend: [],
    ...(mark.label === undefined
      ? {}
      : { bar: { label: mark.label, ...(mark.unit ? { unit: mark.unit } : {}), domain, colours } }),
    draw: (place) => {
      const image = (mark.style === 'smooth' ? smooth : cells)(mark, domain, colours, place);
      if (!mark.contours) return image;
      const pixel = toPixel(mark, place);
      const d = isolines(mark.field, mark.contours)
        .map(({ rings }) => openLines(mark.field, rings, pixel))
        .join('');
      return image + element('path', { d, fill: 'none', stroke: INK, 'stroke-width': '1.6' });
    },
  };
}
