import { SHARD_ALIGNMENT } from '@ohmlight/contracts';
import type { Device } from '@ohmlight/devices';
import { adcRange, channelExponents, largestOf, nearestStep, scaledRow } from '../ranges.js';
import type { CapturedMatrix } from './capture.js';
import { type Bench, type Candidate, columnsOf, errorsOf, sum } from './trial.js';

export interface MatrixOptions {
  /** Shares of the activations that a static input range covers; each is tried. */
  readonly quantiles: readonly number[];
  /** λ of the channels' scales; each is tried. Empty leaves channels as they are. */
  readonly lambdas: readonly number[];
  /** ADC range of the profile; undefined where it has none. */
  readonly adcRange: number | undefined;
  /** Whether a column's largest weight takes the whole range of its cells; else the matrix's largest does. */
  readonly columnScale: boolean;
}

/** What was found for a matrix on a device; what is absent stays as the profile has it. */
export interface DerivedCalibration {
  readonly lambda?: number;
  readonly exponents?: Int8Array;
  readonly inputRange?: number;
  /** Of each column: its ADC range is 2^(step/2). */
  readonly adcSteps?: Int8Array;
  /** √(mean of ‖y − Wx‖²/‖Wx‖²) over the sampled rows, as the profile is and as found. */
  readonly errorBefore: number;
  readonly errorAfter: number;
}

/** Part of the profile's own error that a calibration has to save to be kept. */
const LEAST_GAIN = 0.01;

/** ADC ranges that are tried, as a typical column has them: from two steps (6 dB) above the profile's to twelve below. */
const STEPS_ABOVE = 2;
const STEPS_BELOW = 12;

/** An input side to try: channels' scales and range. */
interface InputSide {
  readonly lambda?: number;
  readonly exponents?: Int8Array;
  readonly inputRange?: number;
}

type Found = InputSide & { readonly adcSteps?: Int8Array };

/**
 * Finds what serves a matrix best on a device: λ, input range and ADC ranges on 256 of its columns, then the ADC ranges
 * of all. The ranges of the columns are to each other as the largest outputs that the whole text gave them; one factor
 * for all, in steps of 3 dB, minimises the error of the device's own outputs: quantisation, clipping, noise and
 * programming together (CrossSim minimises ‖x − Q(x)‖ over the limits of a layer).
 */
export function calibrateMatrix(
  device: Device,
  bench: Bench,
  capture: CapturedMatrix,
  options: MatrixOptions,
): DerivedCalibration {
  const errorBefore = errorOf(device, bench, {});
  const unchanged: DerivedCalibration = { errorBefore, errorAfter: errorBefore };
  const part = middleBlock(bench);
  let best: { readonly side: InputSide; readonly shift: number | undefined; readonly error: number } | undefined;
  for (const side of inputSides(bench, capture, options)) {
    const shape = shapeOf(bench, capture, side, options);
    const middle = shape.toSorted()[shape.length >> 1]!;
    const partShape = shape.subarray(part.columnStart - bench.columnStart, part.columnEnd - bench.columnStart);
    for (const shift of [undefined, ...coarseShifts(middle, options)]) {
      const error = errorOf(device, part, withRanges(side, partShape, shift));
      if (!best || error < best.error) best = { side, shift, error };
    }
  }
  const { side, shift } = best!;
  const shape = shapeOf(bench, capture, side, options);
  let found: { readonly what: Found; readonly error: number } | undefined;
  for (const near of shift === undefined ? [undefined] : [shift - 1, shift, shift + 1]) {
    const what = withRanges(side, shape, near);
    const error = errorOf(device, bench, what);
    if (!found || error < found.error) found = { what, error };
  }
  if (!(found!.error < errorBefore * (1 - LEAST_GAIN))) return unchanged;
  return { ...found!.what, errorBefore, errorAfter: found!.error };
}

const errorOf = (device: Device, bench: Bench, found: Found): number =>
  Math.sqrt(sum(errorsOf(device, bench, candidateOf(found))));

/** A candidate from what was found. */
export const candidateOf = ({ exponents, inputRange, adcSteps }: Found): Candidate => ({
  exponents,
  inputRange,
  adcBound: adcSteps && Float32Array.from(adcSteps, adcRange),
});

function inputSides(bench: Bench, { sketch }: CapturedMatrix, { quantiles, lambdas }: MatrixOptions): InputSide[] {
  const scales: InputSide[] = [{}];
  if (sketch.apart) {
    const weights = largestWeights(bench.weights, bench.matrix.k);
    for (const lambda of lambdas) {
      const exponents = channelExponents(sketch.largest, weights, lambda);
      if (exponents.some((exponent) => exponent !== 0)) scales.push({ lambda, exponents });
    }
  }
  return scales.flatMap((scale) => [
    scale,
    ...quantiles
      .map((share) => Math.fround(sketch.quantile(share, scale.exponents)))
      .filter((range) => range > 0)
      .map((inputRange) => ({ ...scale, inputRange })),
  ]);
}

/** max|w_k| over the columns. */
function largestWeights(weights: Float32Array, k: number): Float32Array {
  const largest = new Float32Array(k);
  for (let start = 0; start < weights.length; start += k)
    for (let i = 0; i < k; i++) largest[i] = Math.max(largest[i]!, Math.abs(weights[start + i]!));
  return largest;
}

/** The largest output of each column over the text, in steps, as a part of full-scale inputs and weights. */
function shapeOf(
  bench: Bench,
  { peaks }: CapturedMatrix,
  { exponents, inputRange }: InputSide,
  { columnScale }: MatrixOptions,
): Int16Array {
  const { k } = bench.matrix;
  const columns = bench.columnEnd - bench.columnStart;
  const scaled = Float32Array.from({ length: columns }, (_, c) =>
    largestOf(scaledRow(bench.weights.subarray(c * k, (c + 1) * k), exponents)),
  );
  const most = largestOf(scaled);
  const ratios = Float64Array.from({ length: columns }, (_, c) => {
    const output = inputRange === undefined ? peaks.relative[c]! : peaks.absolute[c]! / inputRange;
    return output / (columnScale ? scaled[c]! : most);
  });
  const typical = ratios.filter((ratio) => ratio > 0 && ratio < Infinity).toSorted();
  const fallback = typical[typical.length >> 1] ?? 1;
  return Int16Array.from(ratios, (ratio) => nearestStep(ratio > 0 && ratio < Infinity ? ratio : fallback));
}

/** Shifts that bring a typical column's range from above the profile's own to far below, every other step. */
function coarseShifts(middle: number, { adcRange: range }: MatrixOptions): number[] {
  if (range === undefined) return [];
  const shifts = [];
  for (let step = STEPS_ABOVE; step >= -STEPS_BELOW; step -= 2) shifts.push(nearestStep(range) + step - middle);
  return shifts;
}

const withRanges = (side: InputSide, shape: Int16Array, shift: number | undefined): Found =>
  shift === undefined ? side : { ...side, adcSteps: shifted(shape, shift) };

/** Steps moved by as many, within what a byte holds. */
export const shifted = (steps: Int8Array | Int16Array, by: number): Int8Array =>
  Int8Array.from(steps, (step) => Math.max(-128, Math.min(127, step + by)));

/** 256 columns from the middle, where a shard may begin. */
function middleBlock(bench: Bench): Bench {
  const columns = bench.columnEnd - bench.columnStart;
  if (columns <= SHARD_ALIGNMENT) return bench;
  const start = Math.floor(columns / 2 / SHARD_ALIGNMENT) * SHARD_ALIGNMENT;
  return columnsOf(bench, start, Math.min(columns, start + SHARD_ALIGNMENT));
}
