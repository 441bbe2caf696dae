import { nearestEven } from '@ohmlight/tile-engine';
import { toBf16 } from './bf16.js';
import type { Numerics } from './numerics.js';
import { scaledRows, unscale } from './scaled.js';

/** Largest value of e4m3 (OCP, 8-bit floating point, 2023): 1.75·2^8. The format has no infinity. */
export const E4M3_MAX = 448;
/** Below 2^-6 numbers are subnormal, in steps of 2^-9. */
const NORMAL_LEAST = 2 ** -6;
const SUBNORMAL_STEP = 2 ** -9;

/** Rounds to e4m3, half to even, saturating at ±448; NaN stays NaN. */
export function toE4m3(values: Float32Array): Float32Array {
  const rounded = values.slice();
  const bits = new Uint32Array(rounded.buffer);
  for (let i = 0; i < rounded.length; i++) {
    const magnitude = Math.abs(rounded[i]!);
    if (magnitude >= E4M3_MAX) rounded[i] = Math.sign(rounded[i]!) * E4M3_MAX;
    else if (magnitude < NORMAL_LEAST) rounded[i] = nearestEven(rounded[i]! / SUBNORMAL_STEP) * SUBNORMAL_STEP;
    // Three bits of fraction stay of 23; a carry goes into the exponent, as it should.
    else if (magnitude < E4M3_MAX) bits[i] = (bits[i]! + 0x7_ffff + ((bits[i]! >>> 20) & 1)) & 0xfff0_0000;
  }
  return rounded;
}

/**
 * Weights and activations in e4m3, a scale to each column of weights and to each row of activations. A product of two
 * has 8 significant bits and is exact in f32; sums are f32, in the engine's order; outputs are rounded to bf16.
 */
export const fp8: Numerics = {
  operandBytes: 1,
  scaleBytes: 4,
  outputBytes: 2,
  program(engine, weights, k, n) {
    const columns = scaledRows(weights, k, E4M3_MAX, toE4m3);
    const matrix = engine.programFloat(columns.operands, k, n);
    return {
      residentBytes: matrix.residentBytes + columns.scales.byteLength,
      release: () => matrix.release(),
      multiply(batch) {
        const { operands, scales } = scaledRows(batch.x, k, E4M3_MAX, toE4m3);
        return toBf16(unscale(engine.multiplyFloat(matrix, { ...batch, x: operands }), scales, columns.scales));
      },
    };
  },
};
