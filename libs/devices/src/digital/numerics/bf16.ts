import { OhmlightError } from '@ohmlight/contracts';
import type { Numerics } from './numerics.js';

const EXPONENT = 0x7f80_0000;

/**
 * Rounds to bf16, half to even: the upper 16 bits of an f32. Beyond 3.3961775e38 the nearest is infinite; infinities
 * and NaN stay what they are.
 */
export function toBf16(values: Float32Array): Float32Array {
  const rounded = values.slice();
  const bits = new Uint32Array(rounded.buffer);
  for (let i = 0; i < bits.length; i++) {
    const value = bits[i]!;
    if ((value & EXPONENT) !== EXPONENT) bits[i] = (value + 0x7fff + ((value >>> 16) & 1)) & 0xffff_0000;
  }
  return rounded;
}

/** Operands in bf16. @throws OhmlightError of `code` where a finite value has only an infinite one. */
function operands(values: Float32Array, code: 'invalid_shard' | 'invalid_job', what: string): Float32Array {
  const rounded = toBf16(values);
  const at = rounded.findIndex((value, i) => !Number.isFinite(value) && Number.isFinite(values[i]!));
  if (at >= 0)
    throw new OhmlightError(code, `${what} ${values[at]} is beyond bf16, which ends at 3.3895e38; scale it down`);
  return rounded;
}

/**
 * Weights and activations rounded to bf16. A product of two has 16 significant bits and is exact in f32 unless it
 * leaves its range; sums are f32, in the engine's order; outputs are rounded to bf16.
 */
export const bf16: Numerics = {
  operandBytes: 2,
  scaleBytes: 0,
  outputBytes: 2,
  program(engine, weights, k, n) {
    const matrix = engine.programFloat(operands(weights, 'invalid_shard', 'weight'), k, n);
    return {
      residentBytes: matrix.residentBytes,
      release: () => matrix.release(),
      multiply: (batch) =>
        toBf16(engine.multiplyFloat(matrix, { ...batch, x: operands(batch.x, 'invalid_job', 'activation') })),
    };
  },
};
