import type { RowBatch } from '@ohmlight/contracts';
import type { NoiseKey, Reading, TileEngine, TileProgram } from '../src/engine.js';
import type { PerOutput, Readout } from '../src/readout.js';
import type { Weights } from '../src/weights.js';

/** Eight bits in, no noise, nothing converted. */
export const PLAIN: Readout = {
  input: { bits: 8, scale: { kind: 'abs-max', clip: 1 } },
  noise: [],
  shot: null,
  transfer: null,
  output: null,
};

export const KEY: NoiseKey = { layer: 2, operation: 'o', columnStart: 0 };

/** Weights n × k, with one full scale for all. */
export function uniformProgram(
  weights: Float32Array,
  k: number,
  n: number,
  tileRows: number,
  readout: Readout,
  full = 1,
): TileProgram {
  return { k, n, tileRows, weights, fullScale: new Float32Array(Math.ceil(k / tileRows) * n).fill(full), readout };
}

/** Programs tiles, reads them once and gives them back. */
export function readOnce(engine: TileEngine, program: TileProgram<Weights>, batch: RowBatch, key = KEY): Reading {
  const matrix = engine.programTiles(program);
  try {
    return engine.readTiles(matrix, batch, key);
  } finally {
    matrix.release();
  }
}

/** The columns start … end − 1 of a program, as a program of their own. */
export function shardOf(program: TileProgram, start: number, end: number): TileProgram {
  const { k, n, weights, fullScale, readout } = program;
  const width = end - start;
  const cut = (values: Float32Array, of: number): Float32Array => {
    const out = new Float32Array((values.length / (n * of)) * width * of);
    for (let at = 0; at < values.length / (n * of); at++)
      out.set(values.subarray((at * n + start) * of, (at * n + end) * of), at * width * of);
    return out;
  };
  const perOutput = (values: PerOutput): PerOutput => (typeof values === 'number' ? values : cut(values, 1));
  const { output } = readout;
  return {
    ...program,
    n: width,
    weights: cut(weights, k),
    fullScale: cut(fullScale, 1),
    readout: {
      ...readout,
      noise: readout.noise.map((term) => ({ ...term, coefficient: perOutput(term.coefficient) })),
      output:
        output?.range.kind === 'fixed'
          ? { ...output, range: { kind: 'fixed', range: perOutput(output.range.range) } }
          : output,
    },
  };
}

/** Rows of a batch, in any order. */
export function rowsOf(batch: RowBatch, order: readonly number[]): RowBatch {
  const k = batch.x.length / batch.rows;
  return {
    rows: order.length,
    x: Float32Array.from({ length: order.length * k }, (_, i) => batch.x[order[Math.floor(i / k)]! * k + (i % k)]!),
    seeds: BigUint64Array.from(order, (row) => batch.seeds[row]!),
    positions: Uint32Array.from(order, (row) => batch.positions[row]!),
  };
}
