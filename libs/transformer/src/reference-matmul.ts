import { emptyLedger } from '@ohmlight/contracts';
import type { Checkpoint } from './checkpoint/checkpoint.js';
import type { Matmul, MatmulCall, MatmulReply } from './matmul.js';

/** Columns of a panel: few enough that a panel of weights stays in the nearest cache while rows pass by. */
const PANEL = 4;
/** Rows that pass a panel together. */
const ROWS = 4;

/**
 * The oracle of tests: float32 weights in this process, products summed in f64 in the order of inputs and
 * rounded to f32 once. Its ledger is empty. What requests get as the reference is the device profile
 * `digital-fp32`.
 */
export class ReferenceMatmul implements Matmul {
  private constructor(private readonly matrices: ReadonlyMap<string, Float32Array>) {}

  /** Reads every static matrix of the checkpoint. */
  static async load(checkpoint: Checkpoint): Promise<ReferenceMatmul> {
    const matrices = new Map<string, Float32Array>();
    for (const { layer, operation, n } of checkpoint.matrices())
      matrices.set(`${layer}/${operation}`, await checkpoint.readMatrix(layer, operation, 0, n));
    return new ReferenceMatmul(matrices);
  }

  async execute({ layer, operation, batch }: MatmulCall, signal?: AbortSignal): Promise<MatmulReply> {
    signal?.throwIfAborted();
    const weights = this.matrices.get(`${layer}/${operation}`);
    if (!weights) throw new RangeError(`no matrix ${layer}/${operation}`);
    const k = batch.x.length / batch.rows;
    return {
      y: multiply(batch.x, batch.rows, weights, k),
      ledger: emptyLedger(),
      telemetry: { dacSaturated: 0, adcSaturated: 0, signalRms: 0, noiseRms: 0 },
      wall: { total: 0, engine: 0, grpc: 0, queue: 0 },
      jobs: 0,
    };
  }
}

/** `y = x · Wᵀ`; every sum runs over the inputs in order, whichever way is taken. */
export function multiply(x: Float32Array, rows: number, weights: Float32Array, k: number): Float32Array {
  return rows < ROWS ? multiplyFewRows(x, rows, weights, k) : multiplyBlocks(x, rows, weights, k);
}

/** Row by row, four columns side by side: packing would cost more than it saves. */
function multiplyFewRows(x: Float32Array, rows: number, weights: Float32Array, k: number): Float32Array {
  const n = weights.length / k;
  const y = new Float32Array(rows * n);
  for (let row = 0; row < rows; row++) {
    const start = row * k;
    let column = 0;
    for (; column + 4 <= n; column += 4) {
      const w0 = column * k;
      const w1 = w0 + k;
      const w2 = w1 + k;
      const w3 = w2 + k;
      let s0 = 0;
      let s1 = 0;
      let s2 = 0;
      let s3 = 0;
      for (let i = 0; i < k; i++) {
        const value = x[start + i]!;
        s0 += value * weights[w0 + i]!;
        s1 += value * weights[w1 + i]!;
        s2 += value * weights[w2 + i]!;
        s3 += value * weights[w3 + i]!;
      }
      y[row * n + column] = s0;
      y[row * n + column + 1] = s1;
      y[row * n + column + 2] = s2;
      y[row * n + column + 3] = s3;
    }
    for (; column < n; column++) {
      let sum = 0;
      for (let i = 0; i < k; i++) sum += x[start + i]! * weights[column * k + i]!;
      y[row * n + column] = sum;
    }
  }
  return y;
}

/**
 * In blocks: rows are packed ROWS at a time, columns PANEL at a time, both interleaved by input
 * as f64. Blocks change the order of work, never the order of a sum.
 */
function multiplyBlocks(x: Float32Array, rows: number, weights: Float32Array, k: number): Float32Array {
  const n = weights.length / k;
  const y = new Float32Array(rows * n);
  const rowBlocks = Math.ceil(rows / ROWS);
  const packedRows = new Float64Array(rowBlocks * ROWS * k);
  for (let block = 0; block < rowBlocks; block++)
    pack(x, block * ROWS, Math.min(ROWS, rows - block * ROWS), k, ROWS, packedRows, block * ROWS * k);

  const panel = new Float64Array(PANEL * k);
  const sums = new Float64Array(ROWS * PANEL);
  for (let column = 0; column < n; column += PANEL) {
    const columns = Math.min(PANEL, n - column);
    pack(weights, column, columns, k, PANEL, panel, 0);
    for (let block = 0; block < rowBlocks; block++) {
      multiplyBlock(packedRows, block * ROWS * k, Math.min(ROWS, rows - block * ROWS), panel, k, sums);
      for (let i = 0; i < ROWS && block * ROWS + i < rows; i++)
        for (let j = 0; j < columns; j++) y[(block * ROWS + i) * n + column + j] = sums[i * PANEL + j]!;
    }
  }
  return y;
}

/** Interleaves `count` rows of `k` by input, `width` apart; missing rows stay as they are and are not read out. */
function pack(
  source: Float32Array,
  first: number,
  count: number,
  k: number,
  width: number,
  target: Float64Array,
  start: number,
): void {
  for (let i = 0; i < count; i++) {
    const from = (first + i) * k;
    for (let j = 0; j < k; j++) target[start + j * width + i] = source[from + j]!;
  }
}

/** Four rows by four columns, as two halves of two rows: as many sums as registers hold. */
function multiplyBlock(
  x: Float64Array,
  xStart: number,
  rows: number,
  w: Float64Array,
  k: number,
  sums: Float64Array,
): void {
  for (let half = 0; half < rows; half += 2) {
    let s00 = 0;
    let s01 = 0;
    let s02 = 0;
    let s03 = 0;
    let s10 = 0;
    let s11 = 0;
    let s12 = 0;
    let s13 = 0;
    for (let i = 0, a = xStart + half, b = 0; i < k; i++, a += ROWS, b += PANEL) {
      const x0 = x[a]!;
      const x1 = x[a + 1]!;
      const w0 = w[b]!;
      const w1 = w[b + 1]!;
      const w2 = w[b + 2]!;
      const w3 = w[b + 3]!;
      s00 += x0 * w0;
      s01 += x0 * w1;
      s02 += x0 * w2;
      s03 += x0 * w3;
      s10 += x1 * w0;
      s11 += x1 * w1;
      s12 += x1 * w2;
      s13 += x1 * w3;
    }
    const out = half * PANEL;
    sums[out] = s00;
    sums[out + 1] = s01;
    sums[out + 2] = s02;
    sums[out + 3] = s03;
    sums[out + PANEL] = s10;
    sums[out + PANEL + 1] = s11;
    sums[out + PANEL + 2] = s12;
    sums[out + PANEL + 3] = s13;
  }
}
