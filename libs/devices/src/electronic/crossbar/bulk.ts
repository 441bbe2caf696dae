import { type Block, ProgrammingKernels } from '@ohmlight/tile-engine/programming';
import { NORMALS } from './normal-table.js';

/** The largest tile's devices: two planes of 1024 × 256, each three f64; and tables. */
const BYTES = 16 * 2 ** 20;

/** Cells that one call draws for. */
export const BULK_CELLS = 1024;

/** The kernels' memory, and what stands in it for good. Programming is synchronous: one array at a time uses it. */
interface Bulk {
  readonly kernels: ProgrammingKernels;
  readonly normals: Block<Float32Array>;
  readonly key: Block<Uint32Array>;
  readonly scratch: Block<Uint32Array>;
  readonly table: Block<Float32Array>;
}

let shared: Bulk | undefined;

export function bulk(): Bulk {
  if (shared) return shared;
  const kernels = new ProgrammingKernels(BYTES);
  const table = kernels.floats(NORMALS.length);
  table.values.set(NORMALS);
  shared = {
    kernels,
    table,
    // Inputs come by pairs, pairs by eights.
    normals: kernels.floats(4 * (BULK_CELLS + 34)),
    key: kernels.words(4),
    scratch: kernels.words(32 + 4 * (BULK_CELLS / 2 + 9)),
  };
  return shared;
}

/**
 * Draws the normals of a column's cells of inputs start … end − 1, at most BULK_CELLS, into the kernels' memory.
 * @returns where those of `start` are, as an index of the `normals` block
 */
export function drawNormals(
  key: readonly [number, number, number, number],
  column: number,
  slice: number,
  start: number,
  end: number,
): number {
  const { kernels, normals, key: words, scratch, table } = shared ?? bulk();
  words.values[0] = key[0];
  words.values[1] = key[1];
  words.values[2] = key[2];
  words.values[3] = key[3];
  const pair = start >>> 1;
  const pairs = ((end - 2 * pair + 15) >>> 4) << 3;
  kernels.run.cellNormals(
    normals.address,
    words.address,
    column | 0,
    slice,
    pair,
    pairs,
    table.address,
    scratch.address,
  );
  return 4 * (start & 1);
}
