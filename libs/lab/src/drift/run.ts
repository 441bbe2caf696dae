import { type Cell, type Frame, pcmCell, valuesOf } from '@ohmlight/devices/electronic';
import { Draws } from '../draws.js';
import type { LabContext, Outcome, Table } from '../experiment.js';
import { profileOf } from '../profile.js';
import { deviation, logSpaced, mean } from '../statistics.js';
import { type ArrayError, type Compensation, COMPENSATIONS, DriftingArray, errorOf, type Matrix } from './array.js';
import type { DriftOptions } from './experiment.js';
import { driftFigure } from './figure.js';
import { conductanceMoments } from './law.js';

const DAY = 86_400;
/** First age after the one at which conductances are as programmed, s. */
const FIRST = 1;
/** Parts of g_max whose devices are watched one by one. */
export const LEVELS = [1, 0.5, 0.2] as const;

/** A level's devices at an age, as drawn and as the equations have them, S. */
export interface LevelRow {
  readonly level: number;
  readonly seconds: number;
  readonly mean: number;
  readonly sigma: number;
  readonly meanLaw: number;
  readonly sigmaLaw: number;
}

export interface ArrayRow extends ArrayError {
  readonly compensation: Compensation;
  readonly seconds: number;
  /** Gain that the equations give where nothing is compensated. */
  readonly gainLaw: number | null;
}

/** Gaussian weights clipped at three standard deviations: what a layer looks like. */
function gaussianMatrix({ rows, columns, seed }: DriftOptions): Matrix {
  const draws = new Draws(seed, 'lab/drift/weights');
  const weights = Float32Array.from(
    { length: rows * columns },
    (_, i) => Math.max(-3, Math.min(3, draws.normal(i))) / 3,
  );
  return { k: rows, n: columns, weights };
}

/** Columns of equal weights, a part of each level, so that one level is a sample of its devices. */
function levelMatrix({ rows, columns }: DriftOptions): Matrix {
  const weights = Float32Array.from(
    { length: rows * columns },
    (_, i) => LEVELS[Math.floor(i / rows) % LEVELS.length]!,
  );
  return { k: rows, n: columns, weights };
}

/** Devices of pairs whose weight is positive: the difference of a device at its level and one at g_min. */
function levelRows(frame: Frame, cell: Cell, times: readonly number[], options: DriftOptions): LevelRow[] {
  const matrix = levelMatrix(options);
  const { k, n } = matrix;
  const array = new DriftingArray({ ...frame, weight_scale: 'tile' }, cell, matrix, options.seed, 'levels');
  const range = frame.g_max - frame.g_min;
  return times.flatMap((seconds) => {
    const stored = array.at(seconds, 'none');
    const zero = conductanceMoments(cell, frame.g_min, seconds);
    return LEVELS.map((level, which) => {
      const values: number[] = [];
      for (let column = which; column < n; column += LEVELS.length)
        for (let i = 0; i < k; i++) values.push(stored[column * k + i]! * range);
      const law = conductanceMoments(cell, frame.g_min + level * range, seconds);
      return {
        level,
        seconds,
        mean: mean(values),
        sigma: deviation(values),
        meanLaw: law.mean - zero.mean,
        sigmaLaw: Math.hypot(law.sigma, zero.sigma),
      };
    });
  });
}

const GRID = 200;

/** Σ E[w′]·w/Σ w²: the gain of an array that is large, for weights over their column's range. */
function gainLaw(frame: Frame, cell: Cell, { k, n, weights }: Matrix, t: number): number {
  const range = frame.g_max - frame.g_min;
  const zero = conductanceMoments(cell, frame.g_min, t).mean;
  const table = Array.from(
    { length: GRID + 1 },
    (_, i) => (conductanceMoments(cell, frame.g_min + (range * i) / GRID, t).mean - zero) / range,
  );
  let [product, square] = [0, 0];
  for (let column = 0; column < n; column++) {
    const own = weights.subarray(column * k, (column + 1) * k);
    const scale = own.reduce((most, w) => Math.max(most, Math.abs(w)), 0);
    for (const w of own) {
      const at = Math.min(GRID - 1e-9, (Math.abs(w) / scale) * GRID);
      const i = Math.floor(at);
      product += (table[i]! + (at - i) * (table[i + 1]! - table[i]!)) * scale * Math.abs(w);
      square += w * w;
    }
  }
  return product / square;
}

const SPANS: readonly (readonly [number, string])[] = [
  [31_536_000, 'y'],
  [DAY, 'd'],
  [3600, 'h'],
  [60, 'min'],
  [0, 's'],
];

/** 86400 → `1 d`. */
export function spanOf(seconds: number): string {
  const [unit, name] = SPANS.find(([least]) => seconds >= least * 0.995)!;
  const value = unit === 0 ? seconds : seconds / unit;
  return `${Number(value.toPrecision(3))} ${name}`;
}

function tablesOf(levels: readonly LevelRow[], arrays: readonly ArrayRow[]): Table[] {
  return [
    {
      title: 'Devices of one level: conductance in µS, drawn and by the equations',
      columns: ['g/g_max', 'age', 'mean', 'equation', 'spread', 'equation'],
      rows: levels.map((row) => [
        String(row.level),
        spanOf(row.seconds),
        row.mean * 1e6,
        row.meanLaw * 1e6,
        row.sigma * 1e6,
        row.sigmaLaw * 1e6,
      ]),
    },
    {
      title: 'An array of Gaussian weights: gain, spread about it, and error of the whole',
      columns: ['compensation', 'age', 'gain', 'equation', 'spread %', 'error %'],
      rows: arrays.map((row) => [
        row.compensation,
        spanOf(row.seconds),
        row.gain,
        row.gainLaw,
        row.spread * 100,
        row.error * 100,
      ]),
    },
  ];
}

export function runDrift(options: DriftOptions, { profiles, progress }: LabContext): Outcome {
  const profile = profileOf(profiles, options.profile, ['pcm'], options.set);
  const frame = valuesOf(profile.parameters as never) as unknown as Frame;
  const cell = pcmCell(frame as never);
  const times = [0, ...logSpaced(FIRST, options.days * DAY, options.times - 1)];
  const levels = levelRows(frame, cell, times, options);
  const matrix = gaussianMatrix(options);
  const array = new DriftingArray(frame, cell, matrix, options.seed, 'gaussian');
  const arrays = COMPENSATIONS.flatMap((compensation) =>
    times.map((seconds): ArrayRow => {
      progress(`compensation ${compensation}, ${spanOf(seconds)}`);
      return {
        compensation,
        seconds,
        ...errorOf(array.at(seconds, compensation), matrix.weights),
        gainLaw: compensation === 'none' ? gainLaw(frame, cell, matrix, seconds) : null,
      };
    }),
  );
  return {
    rows: [
      ...levels.map((row) => ({
        profile: profile.name,
        what: 'level',
        level: row.level,
        compensation: null,
        seconds: row.seconds,
        mean_siemens: row.mean,
        mean_siemens_equation: row.meanLaw,
        std_siemens: row.sigma,
        std_siemens_equation: row.sigmaLaw,
        gain: null,
        gain_equation: null,
        spread: null,
        error: null,
      })),
      ...arrays.map((row) => ({
        profile: profile.name,
        what: 'array',
        level: null,
        compensation: row.compensation,
        seconds: row.seconds,
        mean_siemens: null,
        mean_siemens_equation: null,
        std_siemens: null,
        std_siemens_equation: null,
        gain: row.gain,
        gain_equation: row.gainLaw,
        spread: row.spread,
        error: row.error,
      })),
    ],
    tables: tablesOf(levels, arrays),
    figure: driftFigure(levels, arrays, profile.name, options),
    remarks: [
      'Ages count from programming. Compensation divides out what one-hot reads measure at that moment; read noise, wires and converters are left out.',
    ],
  };
}
