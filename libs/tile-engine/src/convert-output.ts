import type { OutputConverter, TransferTable } from './readout.js';
import { nearestEven } from './tiles.js';

const { fround } = Math;

/** Puts every output through the table: linear between its values, constant outside its range. */
export function applyTransfer(analog: Float32Array, { range, values }: TransferTable): void {
  const last = values.length - 1;
  for (let c = 0; c < analog.length; c++) {
    const at = ((analog[c]! + range) / (2 * range)) * last;
    if (!(at > 0)) analog[c] = values[0]!;
    else if (at >= last) analog[c] = values[last]!;
    else {
      const i = Math.floor(at);
      analog[c] = values[i]! + (at - i) * (values[i + 1]! - values[i]!);
    }
  }
}

/** Least and greatest code of a converter. */
export function codeRange({ bits, coding }: OutputConverter): readonly [number, number] {
  const half = 2 ** (bits - 1);
  return coding === 'symmetric' ? [1 - half, half - 1] : [-half, half - 1];
}

/**
 * Rounds every output to a code, half to even, limits it to the converter's codes, and leaves the code's analog
 * value in its place. The step is `steps[at + c]`, times `factor`. Returns how many outputs were beyond the range.
 */
export function convertOutputs(
  analog: Float32Array,
  steps: Float32Array,
  at: number,
  factor: number,
  least: number,
  greatest: number,
): number {
  let saturated = 0;
  for (let c = 0; c < analog.length; c++) {
    const step = fround(steps[at + c]! * factor);
    if (step === 0) {
      analog[c] = 0;
      continue;
    }
    const v = fround(analog[c]! / step);
    let code = nearestEven(v > 1e9 ? 1e9 : v < -1e9 ? -1e9 : v);
    if (code > greatest || code < least) {
      saturated += 1;
      code = code > greatest ? greatest : least;
    }
    analog[c] = code * step;
  }
  return saturated;
}
