import { OhmlightError } from '@ohmlight/contracts';
import type { TileMatrix, TileProgram } from '../engine.js';
import { type Coefficient, magnitudeCodes, prepareTiles, type PreparedTiles } from '../prepare.js';
import { weightCode } from '../quantise.js';
import { effectiveWeights, type Weights } from '../weights.js';

/** Tiles of the reference: codes slices × n × k, row-major, whatever the tile. */
export interface ReferenceTiles extends TileMatrix {
  readonly prepared: PreparedTiles;
  readonly codes: Int16Array;
  /** Codes of what stands for |w| in the noise; the weights' own, signed, where nothing else does. */
  readonly magnitudeCodes: Int16Array;
  readonly fullScale: Float32Array;
  /** Codes of the inputs' magnitudes and squares, per pass. */
  readonly magnitudes: readonly Int16Array[];
  readonly squares: readonly Int16Array[];
}

/** Codes of weights, or of what else a program has in their layout: slices × n × k. */
export function weightCodes(
  program: TileProgram<Weights>,
  limit: number,
  weights = effectiveWeights(program),
): Int16Array {
  const { k, n, tileRows, fullScale, slices = 1 } = program;
  const tiles = Math.ceil(k / tileRows);
  const codes = new Int16Array(slices * n * k);
  for (let slice = 0; slice < slices; slice++)
    for (let column = 0; column < n; column++)
      for (let tile = 0; tile < tiles; tile++) {
        const full = fullScale[(slice * tiles + tile) * n + column]!;
        const row = (slice * n + column) * k;
        if (full === 0) continue;
        for (let at = row + tile * tileRows, end = Math.min(row + k, at + tileRows); at < end; at++)
          codes[at] = weightCode(weights[at]!, full, limit);
      }
  return codes;
}

export function programTiles(program: TileProgram<Weights>): ReferenceTiles {
  let codes: Int16Array | undefined;
  const codesOf = (limit: number): Int16Array => (codes ??= weightCodes(program, limit));
  const prepared = prepareTiles(program, codesOf);
  const { k, n, tileRows, tiles, slices, weightLimit, passes, magnitudeLimit } = prepared;
  const held = codesOf(weightLimit);
  const magnitudes = program.magnitudes ? weightCodes(program, weightLimit, program.magnitudes) : held;
  const { counts } = prepared;
  const arrays = [program.fullScale, prepared.weightNorm, prepared.step, prepared.inverseStep, prepared.sigma];
  const bytes = [...arrays, ...Object.values(prepared.variances), ...Object.values(counts ?? {})].reduce<number>(
    (sum, values) => sum + (values instanceof Float32Array ? values.byteLength : 0),
    held.byteLength + (magnitudes === held ? 0 : magnitudes.byteLength),
  );
  return {
    k,
    n,
    tileRows,
    tiles,
    slices,
    weightLimit,
    residentBytes: bytes,
    release() {
      // Garbage collection is all it takes.
    },
    prepared,
    codes: held,
    magnitudeCodes: magnitudes,
    fullScale: program.fullScale.slice(),
    magnitudes: passes.map(({ limit }) => magnitudeCodes(limit, magnitudeLimit, 1)),
    squares: passes.map(({ limit }) => magnitudeCodes(limit, magnitudeLimit, 2)),
  };
}

export const coefficientAt = (values: Coefficient | null, at: number): number =>
  values === null ? 0 : typeof values === 'number' ? values : values[at]!;

export function assertReference(matrix: object): asserts matrix is ReferenceTiles {
  if (!('prepared' in matrix))
    throw new OhmlightError('internal_error', 'these tiles were programmed by another engine');
}
