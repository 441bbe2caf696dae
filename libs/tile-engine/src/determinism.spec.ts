import type { RowBatch } from '@ohmlight/contracts';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { difference, engineOf, ENGINES, threadsUp } from '../testing/engines.js';
import { digest, GOLDEN_CHAIN, GOLDEN_FLOAT, GOLDEN_TILES, goldenBatch, K, N } from '../testing/golden.js';
import { random } from '../testing/random.js';
import { KEY, readOnce, rowsOf, shardOf, uniformProgram } from '../testing/tiles.js';
import type { Readout } from './readout.js';

const everyRow = [...goldenBatch.seeds.keys()];
const order = fc
  .subarray(everyRow, { minLength: 1 })
  .chain((some) => fc.shuffledSubarray(some, { minLength: some.length }));

/** Columns start … end − 1 of row-major rows × n. */
const columnsOf = (y: Float32Array, n: number, start: number, end: number): Float32Array =>
  Float32Array.from(
    { length: (y.length / n) * (end - start) },
    (_, at) => y[Math.floor(at / (end - start)) * n + start + (at % (end - start))]!,
  );
/** Rows of row-major rows × n. */
const pick = (y: Float32Array, n: number, rows: readonly number[]): Float32Array =>
  Float32Array.from({ length: rows.length * n }, (_, at) => y[rows[Math.floor(at / n)]! * n + (at % n)]!);

describe.each([['typescript', 1] as const, ...ENGINES])('the %s engine on %i thread(s)', (path, threads) => {
  const engine = engineOf(path, threads);
  beforeAll(() => threadsUp(engine));
  afterAll(() => engine.close());

  describe.each(GOLDEN_TILES)('with %s gives the same bits', (_, program, golden) => {
    const matrix = engine.programTiles(program);
    const key = { layer: 1, operation: 'down', columnStart: 0 } as const;
    const execute = (batch: RowBatch): Float32Array => engine.readTiles(matrix, batch, key).y;
    const y = execute(goldenBatch);

    it('on every machine and in every version', () => {
      expect(digest(y)).toBe(golden);
    });

    it('for one row and for many, in any order', () => {
      fc.assert(
        fc.property(order, (rows) => {
          expect(difference(execute(rowsOf(goldenBatch, rows)), pick(y, N, rows), N)).toBeNull();
        }),
        { seed: 1, numRuns: 40 },
      );
    });

    it('again and again, and programmed anew', () => {
      expect(difference(execute(goldenBatch), y, N)).toBeNull();
      const others = GOLDEN_TILES.map(([, other]) => readOnce(engine, other, goldenBatch, key).y);
      expect(difference(others[GOLDEN_TILES.findIndex(([, other]) => other === program)]!, y, N)).toBeNull();
      expect(difference(execute(goldenBatch), y, N)).toBeNull();
    });

    // Bound management works on groups of columns: its shards start where they do.
    it.skipIf(program.readout.bound)('for any division into shards', () => {
      fc.assert(
        fc.property(fc.uniqueArray(fc.integer({ min: 1, max: N - 1 }), { maxLength: 3 }), (cuts) => {
          const edges = [0, ...cuts.sort((a, b) => a - b), N];
          for (let i = 0; i + 1 < edges.length; i++) {
            const [start, end] = [edges[i]!, edges[i + 1]!];
            const shard = readOnce(engine, shardOf(program, start, end), goldenBatch, { ...key, columnStart: start });
            expect(difference(shard.y, columnsOf(y, N, start, end), end - start)).toBeNull();
          }
        }),
        { seed: 1, numRuns: 20 },
      );
    });

    it('and others for another seed, position, layer or operation', () => {
      const batch = rowsOf(goldenBatch, [0]);
      const first = execute(batch);
      expect(execute({ ...batch, seeds: BigUint64Array.of(9n) })).not.toEqual(first);
      expect(execute({ ...batch, positions: Uint32Array.of(77) })).not.toEqual(first);
      expect(engine.readTiles(matrix, batch, { ...key, layer: 2 }).y).not.toEqual(first);
      expect(engine.readTiles(matrix, batch, { ...key, operation: 'o' }).y).not.toEqual(first);
    });
  });

  it('with a chain gives the same bits on every machine, for one row and for many, and in shards', () => {
    const [program, golden] = GOLDEN_CHAIN;
    const chain = engine.programChain(program);
    const key = { layer: 3, operation: 'ffn', columnStart: 0 } as const;
    const { y } = engine.readChain(chain, goldenBatch, key);
    expect(digest(y)).toBe(golden);
    for (const rows of [[3], [6, 0, 2], [5, 4, 3, 2, 1, 0]])
      expect(difference(engine.readChain(chain, rowsOf(goldenBatch, rows), key).y, pick(y, N, rows), N)).toBeNull();
    const shard = engine.programChain({ ...program, second: shardOf(program.second, 5, 19) });
    const part = engine.readChain(shard, goldenBatch, { ...key, columnStart: 5 }).y;
    expect(difference(part, columnsOf(y, N, 5, 19), 14)).toBeNull();
    chain.release();
    shard.release();
  });

  it('with an f32 product gives the same bits on every machine, for one row and for many', () => {
    const [weights, golden] = GOLDEN_FLOAT;
    const matrix = engine.programFloat(weights, K, N);
    const y = engine.multiplyFloat(matrix, goldenBatch);
    expect(digest(y)).toBe(golden);
    for (const rows of [[3], [6, 0, 2], [5, 4, 3, 2, 1]])
      expect(difference(engine.multiplyFloat(matrix, rowsOf(goldenBatch, rows)), pick(y, N, rows), N)).toBeNull();
    matrix.release();
  });
});

describe.each(ENGINES)('a matrix of 1024 columns on the %s engine with %i thread(s)', (path, threads) => {
  const engine = engineOf(path, threads);
  beforeAll(() => threadsUp(engine));
  afterAll(() => engine.close());
  const [rows, k, n] = [64, 200, 1024];
  const draw = random(9);
  const readout: Readout = {
    input: { bits: 8, scale: { kind: 'abs-max', clip: 1 } },
    noise: [
      { kind: 'constant', coefficient: 0.1 },
      { kind: 'abs-power', coefficient: 0.05 },
    ],
    shot: null,
    transfer: null,
    output: { bits: 8, coding: 'symmetric', range: { kind: 'fixed', range: 6 } },
  };
  const program = uniformProgram(draw.gaussians(n * k, 0.3, 3), k, n, 128, readout);
  const batch: RowBatch = {
    rows,
    x: draw.gaussians(rows * k),
    seeds: BigUint64Array.from({ length: rows }, (_, row) => BigInt(row % 5)),
    positions: Uint32Array.from({ length: rows }, (_, row) => row),
  };
  const matrix = engine.programTiles(program);
  const { y } = engine.readTiles(matrix, batch, KEY);

  it('gives 64 rows the bits that each has alone', () => {
    for (let row = 0; row < rows; row++) {
      const alone = engine.readTiles(matrix, rowsOf(batch, [row]), KEY).y;
      expect(difference(alone, y.subarray(row * n, row * n + n), n)).toBeNull();
    }
  });

  it.each([2, 4])('gives %i shards its bits', (shards) => {
    const width = n / shards;
    for (let start = 0; start < n; start += width) {
      const part = readOnce(engine, shardOf(program, start, start + width), batch, { ...KEY, columnStart: start });
      expect(difference(part.y, columnsOf(y, n, start, start + width), width)).toBeNull();
    }
  });

  it('takes at most 2.1 bytes per weight', () => {
    const plain = engine.programTiles({ ...program, readout: { ...readout, noise: readout.noise.slice(0, 1) } });
    expect(plain.residentBytes / (k * n)).toBeLessThan(2.1);
    plain.release();
  });
});
