import type { RowBatch } from '@ohmlight/contracts';
import { checkBatch } from '../checks.js';
import { type Arena, Layout } from './arena.js';
import { readRows, type Run, writeRows } from './job.js';
import * as L from './layout.js';
import { padded } from './program.js';

/** An f32 matrix in an arena: blocks of FLOAT_BLOCK inputs, in them panels of 8 columns. */
export interface ResidentFloats {
  readonly address: number;
  readonly bytes: number;
  readonly k: number;
  readonly n: number;
}

export function placeFloats(arena: Arena, weights: Float32Array, k: number, n: number): ResidentFloats {
  const columns = padded(n);
  const bytes = 4 * columns * k;
  const address = arena.allocator.allocate(bytes);
  const { floats } = arena;
  if (columns > n) arena.fill(address, bytes);
  let block = address / 4;
  for (let start = 0; start < k; start += L.FLOAT_BLOCK) {
    const inputs = Math.min(L.FLOAT_BLOCK, k - start);
    for (let column = 0; column < n; column++) {
      let at = block + (column >> 3) * inputs * 8 + (column & 7);
      const from = column * k + start;
      for (let i = from; i < from + inputs; i++, at += 8) floats[at] = weights[i]!;
    }
    block += columns * inputs;
  }
  return { address, bytes, k, n };
}

/** `multiplyFloat` of engine.ts. */
export function multiplyFloatJob(
  arena: Arena,
  { address, k, n }: ResidentFloats,
  batch: RowBatch,
  wide: boolean,
  run: Run,
): Float32Array {
  checkBatch(batch, k);
  const { rows, x } = batch;
  const columns = padded(n);
  const layout = new Layout();
  const offsets = {
    job: layout.take(L.JOB_BYTES),
    x: layout.take(4 * rows * k),
    packed: layout.take(4 * rows * k),
    y: layout.take(4 * rows * columns),
  };
  const base = arena.workspace(layout.bytes);
  const job = base + offsets.job;
  const { view } = arena;
  const word = (field: number, value: number): void => view.setInt32(job + field, value, true);
  word(L.J_KIND, 1);
  word(L.J_ROWS, rows);
  word(L.J_X, base + offsets.x);
  word(L.J_X_STRIDE, 4 * k);
  word(L.J_Y, base + offsets.y);
  word(L.J_PACKED, base + offsets.packed);
  word(L.J_WEIGHTS, address);
  word(L.J_COLUMNS, columns);
  word(L.J_K, k);
  word(L.J_WIDE, Number(wide));
  writeRows(arena, base + offsets.x, x, rows, k, 4 * k);
  arena.kernels.packFloats(job);
  run(arena, job, rows * k * n);
  return readRows(arena, base + offsets.y, rows, n, columns);
}
