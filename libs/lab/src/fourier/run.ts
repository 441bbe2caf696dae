import { Draws } from '../draws.js';
import type { Outcome, Table } from '../experiment.js';
import {
  convolved,
  correlate,
  type Correlation,
  diffracted,
  type Kernel,
  type Mask,
  maskOf,
  type Picture,
  roughened,
} from './correlator.js';
import type { FourierOptions } from './experiment.js';
import { energy, lens } from './fft.js';
import { fourierFigure } from './figure.js';
import { type Peak, peaksOf } from './peaks.js';
import { blur, EDGES, letterKernel, placesOf, writing } from './pictures.js';
import { scatter, type ScatterRow } from './scatter.js';

/** What holds of every picture and mask, as it came out. */
export interface Checks {
  /** Light behind the first and behind the second lens over light before it, less 1. */
  readonly parsevalFirst: number;
  readonly parsevalSecond: number;
  /** Largest difference of the output from the direct sum, in parts of its largest value; null of a phase mask. */
  readonly convolution: number | null;
  /** Largest difference of the first lens's field from the sum of wavelets, in parts of its largest value. */
  readonly diffraction: number;
}

const largest = (values: Float64Array): number => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

/** Places of the focal plane that wavelets are summed at, each way. */
const PROBES = 8;

function diffractionError(picture: Picture, { spectrum }: Correlation): number {
  const { size } = picture;
  let worst = 0;
  for (let a = 0; a < PROBES; a++)
    for (let b = 0; b < PROBES; b++) {
      const [u, v] = [(a * size) / PROBES + (b % 3), (b * size) / PROBES + (a % 3)];
      const wavelets = diffracted(picture, u, v);
      const at = v * size + u;
      worst = Math.max(worst, Math.abs(wavelets.re - spectrum.re[at]!), Math.abs(wavelets.im - spectrum.im[at]!));
    }
  return worst / largest(spectrum.re);
}

function checksOf(picture: Picture, kernel: Kernel, mask: Mask, sort: string): Checks {
  const clean = correlate(picture, mask);
  const { input, spectrum, filtered, output } = clean;
  const direct = convolved(picture, kernel).values;
  const differences = direct.map((value, i) => value - output.re[i]! / mask.gain);
  return {
    parsevalFirst: energy(spectrum) / energy(input) - 1,
    parsevalSecond: energy(lens(filtered)) / energy(filtered) - 1,
    convolution: sort === 'full' ? largest(differences) / largest(direct) : null,
    diffraction: diffractionError(picture, clean),
  };
}

function tablesOf(checks: Checks, peaks: readonly Peak[], scattered: readonly ScatterRow[], pitch: number): Table[] {
  const power = (value: number | null): string => (value === null ? '–' : Math.abs(value).toExponential(1));
  return [
    {
      title: 'What holds of the arrangement',
      columns: ['check', 'off by'],
      rows: [
        ['light behind the first lens: Parseval', power(checks.parsevalFirst)],
        ['light behind the second lens: Parseval', power(checks.parsevalSecond)],
        ['output against the direct sum, of the largest', power(checks.convolution)],
        ['first lens against the sum of wavelets, of the largest', power(checks.diffraction)],
      ],
    },
    ...(peaks.length === 0
      ? []
      : [
          {
            title: 'Brightest places of the output',
            columns: ['across mm', 'down mm', 'of the brightest', 'the letter stands there'],
            rows: peaks.map(({ row, column, value, letter }) => [
              (column * pitch * 1e3).toFixed(3),
              (row * pitch * 1e3).toFixed(3),
              value.toFixed(3),
              letter ? 'yes' : 'no',
            ]),
          },
        ]),
    {
      title: 'Light that phase errors of the mask scatter',
      columns: ['σ rad', '1 − e^(−σ²)', 'computed', '± standard error'],
      rows: scattered.map(({ sigma, equation, scattered: share, error }) => [
        String(sigma),
        equation.toFixed(4),
        share.toFixed(4),
        error.toFixed(4),
      ]),
    },
  ];
}

export function runFourier(options: FourierOptions): Outcome {
  const { seed, kernel: sort, letter, phaseNoise, sigmas, masks, pitch } = options;
  const size = Number(options.size);
  const picture = writing(size);
  const kernel = sort === 'letter' ? letterKernel(letter, size) : sort === 'edges' ? EDGES : blur();
  const mask = maskOf(kernel, size, options.mask);
  const pictured = phaseNoise > 0 ? roughened(mask, phaseNoise, new Draws(seed, 'pictured mask'), 0) : mask;
  const shown = correlate(picture, pictured);
  const checks = checksOf(picture, kernel, mask, options.mask);
  const places = sort === 'letter' ? placesOf(letter, size) : [];
  const peaks = sort === 'letter' ? peaksOf(shown.output, places, size / 16) : [];
  const scattered = sigmas.map((sigma, i) => scatter(picture, mask, sigma, masks, new Draws(seed, `masks ${i}`)));
  const blank = {
    parseval_first: null,
    parseval_second: null,
    convolution: null,
    diffraction: null,
    mask_transmission: null,
    across_metres: null,
    down_metres: null,
    value: null,
    letter: null,
    phase_noise_radians: null,
    scattered: null,
    scattered_error: null,
    scattered_equation: null,
  };
  return {
    rows: [
      {
        what: 'check',
        ...blank,
        parseval_first: checks.parsevalFirst,
        parseval_second: checks.parsevalSecond,
        convolution: checks.convolution,
        diffraction: checks.diffraction,
        mask_transmission: energy(shown.filtered) / energy(shown.spectrum),
      },
      ...peaks.map(({ row, column, value, letter: there }) => ({
        what: 'peak',
        ...blank,
        across_metres: column * pitch,
        down_metres: row * pitch,
        value,
        letter: there,
      })),
      ...scattered.map((row) => ({
        what: 'scatter',
        ...blank,
        phase_noise_radians: row.sigma,
        scattered: row.scattered,
        scattered_error: row.error,
        scattered_equation: row.equation,
      })),
    ],
    tables: tablesOf(checks, peaks, scattered, pitch),
    figure: fourierFigure({ picture, kernel, mask: pictured, shown, places, scattered, options }),
    remarks: [
      `The mask lets ${(100 * (energy(shown.filtered) / energy(shown.spectrum))).toPrecision(3)} % of the light pass. A camera would see the output's square; its sign takes a reference beam (lab interference).`,
    ],
  };
}
