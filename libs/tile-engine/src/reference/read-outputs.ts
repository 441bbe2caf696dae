import { columnNormal, detectorCounts, type DrawKey, SECOND, STREAM } from '../draws/dynamic.js';
import type { BalancedShotNoise, DetectorCounts } from '../readout.js';
import { applyTransfer, codeRange, convertOutput } from './convert-output.js';
import { coefficientAt, type ReferenceTiles } from './tiles.js';

const { fround } = Math;

/** What one row put on the lines of one tile, and what is known of its products with the columns. */
export interface TileInputs {
  /** Index (slice·tiles + tile) of the reading's tile, and the number of the reading for the draws. */
  readonly tile: number;
  readonly reading: number;
  /** Inputs of this tile. */
  readonly rows: number;
  /** ‖x‖, analog units. */
  readonly norm: number;
  /** The noiseless output of a column, analog units. */
  output(column: number): number;
  /** Σ|w||x| and Σ|w|x² of a column, analog units. */
  absProduct(column: number): number;
  absPower(column: number): number;
}

/** Where the draws of a row come from. */
export interface RowDraws {
  readonly key: DrawKey;
  /** Column of the whole matrix that the first output is. */
  readonly columnStart: number;
  /** Round of bound management. */
  readonly round: number;
  /** A chain's second matrix. */
  readonly second: boolean;
}

export interface OutputReading {
  /** The noiseless output, and the one read, analog units. */
  readonly signal: number;
  readonly value: number;
  readonly saturated: boolean;
}

/**
 * One output of one tile, in f32 and in this order: signal, noise, nonlinearity, code.
 * σ² is summed in the order constant, input norm, signal, root signal, abs product, abs power, shot noise.
 */
export function readOutput(m: ReferenceTiles, inputs: TileInputs, column: number, draws: RowDraws): OutputReading {
  const { prepared, n, fullScale } = m;
  const { readout, form } = prepared;
  const at = inputs.tile * n + column;
  const signal = inputs.output(column);
  let value = signal;
  if (form !== 'none') {
    const stream = (draws.round << 8) | (draws.second ? SECOND : 0);
    const { key } = draws;
    const global = draws.columnStart + column;
    let sigma = coefficientAt(prepared.sigma, at);
    if (form === 'input-norm') sigma = fround(sigma * inputs.norm);
    if (form === 'variance') {
      let variance = variances(m, inputs, column, signal);
      if (readout.shot) {
        const { shot: law } = readout;
        const draw = (plus: number, minus: number) =>
          detectorCounts(key, global, inputs.reading, stream | STREAM.counts, plus, minus, law.poissonBelow);
        const shot =
          'gain' in law
            ? addCounts(law, value, totalCounts(m, inputs, column), draw)
            : addShot(law, value, fround(prepared.weightNorm![at]! * inputs.norm), inputs.rows, draw);
        value = shot.value;
        variance = fround(variance + shot.variance);
      }
      sigma = fround(Math.sqrt(variance));
    }
    value = fround(value + fround(sigma * columnNormal(key, global, inputs.reading, stream | STREAM.gaussian)));
  }
  if (readout.transfer) value = applyTransfer(value, readout.transfer);
  if (!readout.output) return { signal, value, saturated: false };
  const byNorm = readout.output.range.kind === 'operand-norms';
  const { norm } = inputs;
  const step = coefficientAt(prepared.step, at);
  const inverse = coefficientAt(prepared.inverseStep, at);
  const converted = convertOutput(
    value,
    byNorm ? fround(step * norm) : step,
    byNorm ? fround(inverse * (norm > 0 ? fround(1 / norm) : 0)) : inverse,
    codeRange(readout.output),
  );
  // Nothing is programmed where the full scale is 0: no converter looks there.
  return { signal, value: converted.value, saturated: converted.saturated && fullScale[at] !== 0 };
}

function variances({ prepared, n }: ReferenceTiles, inputs: TileInputs, column: number, signal: number): number {
  const at = inputs.tile * n + column;
  const terms = prepared.variances;
  let sum = coefficientAt(terms.constant, at);
  const add = (coefficient: typeof terms.constant, factor: () => number): void => {
    if (coefficient !== null) sum = fround(sum + fround(coefficientAt(coefficient, at) * factor()));
  };
  add(terms['input-norm'], () => fround(inputs.norm * inputs.norm));
  add(terms.signal, () => fround(signal * signal));
  add(terms['root-signal'], () => Math.abs(signal));
  add(terms['abs-product'], () => inputs.absProduct(column));
  add(terms['abs-power'], () => inputs.absPower(column));
  return sum;
}

/**
 * Shot noise of balanced detection. Where both detectors expect many photons it adds ‖w‖²‖x‖²/n to the variance;
 * elsewhere it replaces the output by the difference of two counts. f64 but for the output itself.
 */
function addShot(
  { photonsPerMac, poissonBelow }: BalancedShotNoise,
  value: number,
  full: number,
  rows: number,
  draw: (plus: number, minus: number) => readonly [number, number],
): { value: number; variance: number } {
  if (full === 0) return { value, variance: 0 };
  const photons = photonsPerMac * rows;
  const cosine = Math.max(-1, Math.min(1, value / full));
  const plus = (photons / 2) * (1 + cosine);
  const minus = (photons / 2) * (1 - cosine);
  if (plus >= poissonBelow && minus >= poissonBelow)
    return { value, variance: fround(fround(full * full) * fround(1 / photons)) };
  const [a, b] = draw(plus, minus);
  return { value: fround(((a - b) / photons) * full), variance: 0 };
}

/** Counts of both detectors together, f64. */
function totalCounts({ prepared, n }: ReferenceTiles, inputs: TileInputs, column: number): number {
  const { dark, power, product } = prepared.counts!;
  const at = inputs.tile * n + column;
  const lit = coefficientAt(dark, at) + coefficientAt(power, at) * (inputs.norm * inputs.norm);
  return lit + coefficientAt(product, at) * inputs.absProduct(column);
}

/** Shot noise of two detectors with `total` counts: a variance, or counts in the output's place; f64 as above. */
function addCounts(
  { gain, poissonBelow }: DetectorCounts,
  value: number,
  total: number,
  draw: (plus: number, minus: number) => readonly [number, number],
): { value: number; variance: number } {
  const difference = gain * value;
  const plus = Math.max(0, (total + difference) / 2);
  const minus = Math.max(0, (total - difference) / 2);
  if (plus >= poissonBelow && minus >= poissonBelow) return { value, variance: fround(total / (gain * gain)) };
  const [a, b] = draw(plus, minus);
  return { value: fround((a - b) / gain), variance: 0 };
}
