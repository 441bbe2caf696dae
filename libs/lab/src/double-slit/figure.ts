import type { Axis, Figure, LineMark, Panel } from '@ohmlight/plots';
import { exp } from '@ohmlight/tile-engine';
import { logSpaced, spaced } from '../statistics.js';
import type { DoubleSlitOptions } from './experiment.js';
import type { Camera, MinimumRow, Pattern, VisibilityRow } from './run.js';
import { closedForm, contrastOf, fringeOf, screen, sinc, type Slits, type Way } from './slits.js';

interface Shown {
  readonly slits: Slits;
  readonly lines: readonly MinimumRow[];
  readonly own: VisibilityRow;
  readonly grid: readonly VisibilityRow[];
  readonly pattern: Pattern;
  readonly camera: Camera;
  readonly options: DoubleSlitOptions;
}

const millimetres = (values: ArrayLike<number>): number[] => Array.from(values, (value) => value * 1e3);
/** The axis of what the camera sees. */
const screenAxis = ({ pattern }: Shown): Axis => ({
  label: 'place on the screen',
  unit: 'mm',
  domain: [pattern.x[0]! * 1e3, pattern.x.at(-1)! * 1e3],
});

function fringes(shown: Shown): Panel {
  const { slits, own, pattern } = shown;
  const reach = pattern.x.at(-1)!;
  const x = spaced(-reach, reach, 801);
  const envelope = (at: number): number => sinc((slits.width * at) / (slits.wavelength * slits.distance)) ** 2;
  return {
    title: 'Fringes',
    x: screenAxis(shown),
    y: { label: 'intensity', unit: 'of I₀', domain: [0, 1.05] },
    marks: [
      {
        kind: 'line',
        name: 'closed form',
        x: millimetres(x),
        y: x.map((at) => closedForm(slits, own.equation, at)),
      },
      {
        kind: 'line',
        name: 'one slit’s width alone',
        colour: 'muted',
        dash: true,
        x: millimetres(x),
        y: x.map(envelope),
      },
      {
        kind: 'scatter',
        name: 'wavelets, each with its own path',
        colour: 1,
        size: 2.2,
        points: pattern.x.map((at, i) => ({ x: at * 1e3, y: pattern.free[i]! })),
      },
    ],
  };
}

const FLOOR = 1e-9;
/** Fringes on either side of a minimum that are looked at closely. */
const CLOSE = 0.012;

function darkness({ slits, lines }: Shown): Panel {
  const fringe = fringeOf(slits);
  const aside = spaced(-CLOSE * fringe, CLOSE * fringe, 401);
  const micrometres = aside.map((value) => value * 1e6);
  const about = (order: number, way: Way): number[] =>
    aside.map((value) => Math.max(FLOOR, screen(slits, way, (order + 0.5) * fringe + value)));
  return {
    title: 'Close to the minima, without phase noise',
    x: { label: 'distance from (m + ½)λz/d', unit: 'µm', domain: [micrometres[0]!, micrometres.at(-1)!] },
    y: { label: 'intensity', unit: 'of I₀', scale: 'log', domain: [1e-8, 1e-2] },
    marks: [
      ...lines.slice(0, 4).map(({ order }): LineMark => ({
        kind: 'line',
        name: `m = ${order}`,
        colour: order + 1,
        x: micrometres,
        y: about(order, 'free'),
      })),
      {
        kind: 'line',
        name: 'm = 0 through a lens',
        colour: 0,
        dash: true,
        x: micrometres,
        y: about(0, 'lens'),
      },
    ],
  };
}

function visibility({ own, grid }: Shown): Panel {
  const sigmas = [...new Set(grid.map(({ sigma }) => sigma))];
  const ratios = logSpaced(0.01, 1, 80);
  return {
    title: 'Visibility',
    x: { label: 'light of the second slit, I₂/I₁', scale: 'log' },
    y: { label: 'visibility V', domain: [0, 1.05] },
    marks: [
      ...sigmas.flatMap((sigma, colour) => [
        {
          kind: 'line' as const,
          name: `σ = ${sigma} rad`,
          colour,
          x: ratios,
          y: ratios.map((ratio) => contrastOf(ratio) * exp(-(sigma * sigma) / 2)),
        },
        {
          kind: 'scatter' as const,
          colour,
          points: grid.filter((row) => row.sigma === sigma).map((row) => ({ x: row.ratio, y: row.measured })),
        },
      ]),
      {
        kind: 'scatter' as const,
        name: 'as set',
        colour: 'ink',
        shape: 'diamond' as const,
        size: 5,
        points: [{ x: own.ratio, y: own.measured }],
      },
    ],
  };
}

function photons(shown: Shown): Panel {
  const { camera, options } = shown;
  const most = camera.counts.reduce((largest, count) => Math.max(largest, count), 1);
  return {
    title: 'Photons on a camera',
    x: screenAxis(shown),
    y: { label: 'photons of a pixel', domain: [0, 1.1 * most] },
    marks: [
      {
        kind: 'line',
        name: 'expected, ± its square root',
        colour: 0,
        x: millimetres(camera.x),
        y: camera.expected,
        band: {
          low: camera.expected.map((mean) => mean - Math.sqrt(mean)),
          high: camera.expected.map((mean) => mean + Math.sqrt(mean)),
        },
      },
      {
        kind: 'scatter',
        name: `counted, of ${options.photons} expected`,
        colour: 1,
        size: 2.2,
        points: Array.from(camera.x, (at, i) => ({ x: at * 1e3, y: camera.counts[i]! })),
      },
    ],
  };
}

export function doubleSlitFigure(shown: Shown): Figure {
  const { wavelength, separation, width, distance } = shown.slits;
  const { ratio, phaseNoise, seed } = shown.options;
  const micro = (metres: number): string => `${Number((metres * 1e6).toPrecision(4))} µm`;
  return {
    title: 'Two slits',
    subtitle: `λ = ${Number((wavelength * 1e9).toPrecision(4))} nm, d = ${micro(separation)}, a = ${micro(width)}, z = ${distance} m, I₂/I₁ = ${ratio}, phase noise ${phaseNoise} rad, seed ${seed}`,
    note: 'I(x) = I₀·sinc²(ax/λz)·[1 + V·cos(2πdx/λz)]/2. Points are computed from wavelets and draws, lines are equations; near the minima all lines are computed. Without a lens the slits see a point of the screen under different angles, so their lights never cancel in full.',
    panels: [fringes(shown), darkness(shown), visibility(shown), photons(shown)],
    panelSize: { width: 400, height: 250 },
  };
}
