import { OhmlightError } from '@ohmlight/contracts';
import { exp } from '@ohmlight/tile-engine';
import { Draws, unitVector } from '../draws.js';
import type { Outcome, Table } from '../experiment.js';
import { logSpaced, spaced } from '../statistics.js';
import type { DoubleSlitOptions } from './experiment.js';
import { doubleSlitFigure } from './figure.js';
import {
  closedForm,
  contrastOf,
  fringeOf,
  intensityOf,
  minimumOf,
  screen,
  slitField,
  type Slits,
  type Way,
} from './slits.js';
import { measuredVisibility } from './visibility.js';

export interface MinimumRow {
  readonly order: number;
  /** (m + ½)·λz/d, m. */
  readonly equation: number;
  /** Where the computed pattern is least, and what is left there of I₀. */
  readonly free: { readonly at: number; readonly depth: number };
  readonly lens: { readonly at: number; readonly depth: number };
}

export interface VisibilityRow {
  readonly ratio: number;
  readonly sigma: number;
  readonly measured: number;
  readonly equation: number;
  /** Standard error of what so many exposures measure. */
  readonly error: number;
}

export interface Camera {
  /** Centres of the pixels, m. */
  readonly x: Float64Array;
  readonly expected: Float64Array;
  readonly counts: Float64Array;
  /** Σ(n − μ)²/μ over the pixels. */
  readonly chiSquared: number;
}

/** A pattern on the screen, in parts of I₀. */
export interface Pattern {
  readonly x: readonly number[];
  readonly free: readonly number[];
  readonly lens: readonly number[];
}

const SIGMAS = [0, 0.5, 1, 1.5];
const PIXELS = 160;
/** Fringes on either side of the axis that the camera sees. */
const SEEN = 4;

function check({ width, separation, orders }: DoubleSlitOptions): void {
  const refuse = (parameter: string, message: string): never => {
    throw new OhmlightError('invalid_value', message, parameter);
  };
  if (width >= separation)
    refuse('width', `slits of ${width} m at ${separation} m are one opening: give a width below the separation`);
  if (orders + 1 > separation / width)
    refuse(
      'orders',
      `the slits' own pattern is dark at order d/a = ${(separation / width).toFixed(2)}: give fewer orders, or narrower slits`,
    );
}

function minima(slits: Slits, orders: number): MinimumRow[] {
  const fringe = fringeOf(slits);
  const find = (way: Way, order: number): MinimumRow['free'] => {
    const at = minimumOf((x) => screen(slits, way, x), (order + 0.2) * fringe, (order + 0.8) * fringe);
    return { at, depth: screen(slits, way, at) };
  };
  return Array.from({ length: orders }, (_, order) => ({
    order,
    equation: (order + 0.5) * fringe,
    free: find('free', order),
    lens: find('lens', order),
  }));
}

/** The mean over the exposures: the phase between the slits is a new draw in each. */
function meanPattern(slits: Slits, way: Way, phases: readonly (readonly [number, number])[], x: number): number {
  const [one, two] = [slitField(slits, 0, way, x), slitField(slits, 1, way, x)];
  return phases.reduce((sum, phase) => sum + intensityOf(one, two, phase), 0) / phases.length;
}

function photograph(slits: Slits, visibility: number, photons: number, draws: Draws): Camera {
  const reach = SEEN * fringeOf(slits);
  const x = Float64Array.from({ length: PIXELS }, (_, i) => reach * ((2 * (i + 0.5)) / PIXELS - 1));
  const light = x.map((at) => closedForm(slits, visibility, at));
  const all = light.reduce((sum, value) => sum + value, 0);
  const expected = light.map((value) => (photons * value) / all);
  const counts = expected.map((mean, i) => draws.count(mean, i));
  const chiSquared = expected.reduce((sum, mean, i) => sum + (counts[i]! - mean) ** 2 / mean, 0);
  return { x, expected, counts, chiSquared };
}

const tablesOf = (lines: readonly MinimumRow[], visibilities: readonly VisibilityRow[]): Table[] => [
  {
    title: 'Minima',
    columns: ['order', '(m + ½)λz/d mm', 'computed mm', 'left of I₀', 'through a lens mm', 'left of I₀'],
    rows: lines.map(({ order, equation, free, lens }) => [
      String(order),
      (equation * 1e3).toFixed(4),
      (free.at * 1e3).toFixed(4),
      free.depth.toExponential(1),
      (lens.at * 1e3).toFixed(4),
      lens.depth.toExponential(1),
    ]),
  },
  {
    title: 'Visibility',
    columns: ['I₂/I₁', 'phase noise rad', '2√(I₁I₂)/(I₁ + I₂)·e^(−σ²/2)', 'computed', '± standard error'],
    rows: visibilities.map(({ ratio, sigma, equation, measured, error }) => [
      String(Number(ratio.toPrecision(3))),
      String(sigma),
      equation.toFixed(4),
      measured.toFixed(4),
      error.toFixed(4),
    ]),
  },
];

export function runDoubleSlit(options: DoubleSlitOptions): Outcome {
  check(options);
  const { wavelength, separation, width, distance, ratio, phaseNoise, orders, shots, photons, seed } = options;
  const slits: Slits = { wavelength, separation, width, distance, ratio };
  const lines = minima(slits, orders);
  const visibilityOf = (of: number, sigma: number, name: string): VisibilityRow => ({
    ratio: of,
    sigma,
    measured: measuredVisibility({ ...slits, ratio: of }, 'free', sigma, shots, new Draws(seed, name)),
    equation: contrastOf(of) * exp(-(sigma * sigma) / 2),
    // A cosine of the phase has the variance (1 − e^(−σ²))²/2.
    error: (contrastOf(of) * (1 - exp(-sigma * sigma))) / Math.sqrt(2 * shots),
  });
  const own = visibilityOf(ratio, phaseNoise, 'own');
  const grid = SIGMAS.flatMap((sigma) =>
    logSpaced(0.01, 1, 7).map((of, i) => visibilityOf(of, sigma, `visibility ${sigma} ${i}`)),
  );
  const draws = new Draws(seed, 'pattern');
  const phases = Array.from({ length: phaseNoise > 0 ? shots : 1 }, (_, shot) =>
    unitVector((phaseNoise * draws.normal(shot)) / (2 * Math.PI)),
  );
  const x = spaced(-SEEN * fringeOf(slits), SEEN * fringeOf(slits), 161);
  const pattern: Pattern = {
    x,
    free: x.map((at) => meanPattern(slits, 'free', phases, at)),
    lens: x.map((at) => meanPattern(slits, 'lens', phases, at)),
  };
  const camera = photograph(slits, own.equation, photons, new Draws(seed, 'camera'));
  const counted = camera.counts.reduce((sum, count) => sum + count, 0);
  const blank = {
    order: null,
    metres_equation: null,
    metres: null,
    intensity: null,
    metres_lens: null,
    intensity_lens: null,
    ratio: null,
    phase_noise_radians: null,
    visibility_equation: null,
    visibility: null,
    visibility_error: null,
    photons: null,
    counted: null,
    pixels: null,
    chi_squared: null,
  };
  return {
    rows: [
      ...lines.map(({ order, equation, free, lens }) => ({
        what: 'minimum',
        ...blank,
        order,
        metres_equation: equation,
        metres: free.at,
        intensity: free.depth,
        metres_lens: lens.at,
        intensity_lens: lens.depth,
      })),
      ...[own, ...grid].map((row) => ({
        what: 'visibility',
        ...blank,
        ratio: row.ratio,
        phase_noise_radians: row.sigma,
        visibility_equation: row.equation,
        visibility: row.measured,
        visibility_error: row.error,
      })),
      { what: 'camera', ...blank, photons, counted, pixels: PIXELS, chi_squared: camera.chiSquared },
    ],
    tables: tablesOf(lines, [
      own,
      ...grid.filter((row) => [0.01, 0.1, 1].some((of) => Math.abs(row.ratio / of - 1) < 1e-9)),
    ]),
    figure: doubleSlitFigure({ slits, lines, own, grid, pattern, camera, options }),
    remarks: [
      `The camera expects ${photons} photons in ${PIXELS} pixels and counts ${counted}: χ² is ${(camera.chiSquared / PIXELS).toFixed(2)} a pixel.`,
      `Fresnel number of the separation, d²/λz: ${(separation ** 2 / (wavelength * distance)).toPrecision(2)}. The closed form is that of a distant screen.`,
    ],
  };
}
