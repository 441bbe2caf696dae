import { OhmlightError, type RowBatch } from '@ohmlight/contracts';
import type { Reading } from '@ohmlight/tile-engine';
import type { Calibration } from '../../device.js';
import { fullScaleOf } from './cost.js';
import type { Frame } from './parameters.js';

/** Bits of the lower half of a long input code. */
export const HALF_BITS = 8;
export const HALF_LIMIT = 2 ** HALF_BITS - 1;
/** Rows of lower halves draw noise of their own: at positions that no sequence reaches. */
const LOWER = 0x8000_0000;

/**
 * Splits the codes of long inputs in two: c = 256·high + low, −128 ≤ high < 128, 0 ≤ low < 256. A line streams the
 * bits of low, then those of high with its sign, as it would those of c. Twice the rows: upper halves, then lower.
 * @throws OhmlightError `invalid_job` when lengths do not fit or an activation is not finite.
 */
export function halves(p: Frame, calibration: Calibration, k: number, batch: RowBatch): RowBatch {
  const { rows, x, seeds, positions } = batch;
  if (x.length !== rows * k || seeds.length !== rows || positions.length !== rows)
    throw new OhmlightError(
      'invalid_job',
      `${rows} rows of ${k} inputs take ${rows * k} activations and a key each; there are ${x.length}, ${seeds.length} seeds and ${positions.length} positions`,
    );
  const fault = x.findIndex((value) => !Number.isFinite(value));
  if (fault >= 0)
    throw new OhmlightError('invalid_job', `activation ${fault} is ${x[fault]}; activations must be finite`);
  const limit = 2 ** (p.input_bits - 1) - 1;
  const split = new Float32Array(2 * x.length);
  for (let row = 0; row < rows; row++) {
    const inputs = x.subarray(row * k, (row + 1) * k);
    const scale = fullScaleOf(p, calibration, inputs);
    if (scale === 0) continue;
    for (let i = 0; i < k; i++) {
      const code = Math.max(-limit, Math.min(limit, Math.round((inputs[i]! / scale) * limit)));
      const high = Math.floor(code / 2 ** HALF_BITS);
      split[row * k + i] = high;
      split[(rows + row) * k + i] = code - high * 2 ** HALF_BITS;
    }
  }
  const twice = new BigUint64Array(2 * rows);
  twice.set(seeds);
  twice.set(seeds, rows);
  const places = new Uint32Array(2 * rows);
  places.set(positions);
  places.set(
    positions.map((position) => (position ^ LOWER) >>> 0),
    rows,
  );
  return { rows: 2 * rows, x: split, seeds: twice, positions: places };
}

/** The outputs of a batch from those of its halves. */
export function joined(reading: Reading, p: Frame, calibration: Calibration, { rows, x }: RowBatch): Reading {
  const n = reading.y.length / (2 * rows);
  const k = x.length / rows;
  const limit = 2 ** (p.input_bits - 1) - 1;
  const y = new Float32Array(rows * n);
  let dacSaturated = 0;
  let power = 0;
  let scales = 0;
  for (let row = 0; row < rows; row++) {
    const inputs = x.subarray(row * k, (row + 1) * k);
    const scale = fullScaleOf(p, calibration, inputs);
    const unit = scale / limit;
    for (const value of inputs) if (Math.abs(value) > scale) dacSaturated++;
    for (let c = 0; c < n; c++) {
      const value = (reading.y[row * n + c]! * 2 ** HALF_BITS + reading.y[(rows + row) * n + c]!) * unit;
      y[row * n + c] = value;
      power += value * value;
    }
    scales += (unit * 2 ** HALF_BITS) ** 2;
  }
  // The halves' noise, in the units of their rows; the upper ones' counts.
  const noiseRms = reading.noiseRms * Math.sqrt((2 * scales) / rows);
  return {
    y,
    dacSaturated,
    adcSaturated: reading.adcSaturated,
    signalRms: Math.sqrt(power / y.length),
    noiseRms,
  };
}
