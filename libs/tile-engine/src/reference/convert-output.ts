import type { OutputConverter, Transfer } from '../readout.js';
import { nearestEven } from '../quantise.js';

const { fround } = Math;

/** Puts an output through the nonlinearity, in f32. */
export function applyTransfer(s: number, transfer: Transfer): number {
  switch (transfer.kind) {
    case 'table': {
      const { range, values } = transfer;
      const last = values.length - 1;
      const at = fround(fround(s + fround(range)) * fround(last / (2 * range)));
      if (!(at > 0)) return values[0]!;
      if (at >= last) return values[last]!;
      const i = Math.floor(at);
      return fround(values[i]! + fround(fround(at - i) * fround(values[i + 1]! - values[i]!)));
    }
    case 'clamp':
      return Math.max(fround(transfer.low), Math.min(fround(transfer.high), s));
    case 'compressive':
      return fround(s / fround(1 + Math.abs(fround(s * fround(transfer.knee)))));
    case 'cubic':
      return fround(s + fround(fround(fround(s * s) * s) * fround(transfer.third)));
  }
}

/** Least and greatest code of a converter. */
export function codeRange({ bits, coding }: OutputConverter): readonly [number, number] {
  const half = 2 ** (bits - 1);
  return coding === 'symmetric' ? [1 - half, half - 1] : [-half, half - 1];
}

export interface Converted {
  readonly value: number;
  readonly saturated: boolean;
}

/** Rounds an output to a code, half to even, limits it to the converter's codes; gives the code's analog value. */
export function convertOutput(
  s: number,
  step: number,
  inverseStep: number,
  [least, greatest]: readonly [number, number],
): Converted {
  const code = nearestEven(fround(s * inverseStep));
  const limited = Math.max(least, Math.min(greatest, code));
  return { value: fround(limited * step), saturated: limited !== code };
}
