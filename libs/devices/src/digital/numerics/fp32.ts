import type { Numerics } from './numerics.js';

/** f32 operands, sums and outputs: the reference that every other device is held against. */
export const fp32: Numerics = {
  operandBytes: 4,
  scaleBytes: 0,
  outputBytes: 4,
  program(engine, weights, k, n) {
    const matrix = engine.programFloat(weights, k, n);
    return {
      residentBytes: matrix.residentBytes,
      release: () => matrix.release(),
      multiply: (batch) => engine.multiplyFloat(matrix, batch),
    };
  },
};
