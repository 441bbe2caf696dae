import { OhmlightError } from '@ohmlight/contracts';
import { nearestEven } from '@ohmlight/tile-engine';
import { toBf16 } from './bf16.js';
import type { Numerics } from './numerics.js';
import { scaledRows, unscale } from './scaled.js';

/** Codes are symmetric: −128 stays unused. */
export const INT8_MAX = 127;
/** Most inputs whose products f32 adds exactly: 1024·127² < 2^24. */
const EXACT_INPUTS = 1024;
/** Most inputs whose sum cannot leave int32. */
const INPUTS_MOST = Math.floor((2 ** 31 - 1) / INT8_MAX ** 2);

/** Nearest whole number, half to even, limited to ±127; NaN stays NaN. */
export const toInt8 = (values: Float32Array): Float32Array =>
  values.map((value) => Math.max(-INT8_MAX, Math.min(INT8_MAX, nearestEven(value))));

/**
 * W8A8: symmetric codes, a scale to each column of weights and to each row of activations. Sums are those of int32,
 * exact: the engine's f32 sums of 1024 inputs hold no rounding, and their sums are added as whole numbers. Outputs are
 * rounded to bf16.
 */
export const int8: Numerics = {
  operandBytes: 1,
  scaleBytes: 4,
  outputBytes: 2,
  program(engine, weights, k, n) {
    if (k > INPUTS_MOST)
      throw new OhmlightError(
        'invalid_shard',
        `int8 sums of ${k} inputs may leave int32, which holds ${INPUTS_MOST}; use another number format`,
      );
    const columns = scaledRows(weights, k, INT8_MAX, toInt8);
    const parts = Array.from({ length: Math.ceil(k / EXACT_INPUTS) }, (_, part) => {
      const start = part * EXACT_INPUTS;
      const inputs = Math.min(EXACT_INPUTS, k - start);
      const matrix = engine.programFloat(slice(columns.operands, k, start, inputs), inputs, n);
      return { start, inputs, matrix };
    });
    return {
      residentBytes: parts.reduce((sum, { matrix }) => sum + matrix.residentBytes, columns.scales.byteLength),
      release: () => parts.forEach(({ matrix }) => matrix.release()),
      multiply(batch) {
        const { operands, scales } = scaledRows(batch.x, k, INT8_MAX, toInt8);
        const sums = new Int32Array(batch.rows * n);
        for (const { start, inputs, matrix } of parts) {
          const x = slice(operands, k, start, inputs);
          const part = engine.multiplyFloat(matrix, { ...batch, x });
          for (let i = 0; i < sums.length; i++) sums[i] = sums[i]! + part[i]!;
        }
        return toBf16(unscale(Float32Array.from(sums), scales, columns.scales));
      },
    };
  },
};

/** Columns start … start + width − 1 of rows of k; a last row that is too short counts, for the engine to refuse. */
function slice(values: Float32Array, k: number, start: number, width: number): Float32Array {
  if (width === k) return values;
  const rows = Math.ceil(values.length / k);
  const part = new Float32Array(rows * width);
  for (let row = 0; row < rows; row++) part.set(values.subarray(row * k + start, row * k + start + width), row * width);
  return part;
}
