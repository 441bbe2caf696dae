import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { random } from '../testing/random.js';
import { staticSource } from './keys.js';
import type { Readout } from './readout.js';
import { createTypescriptEngine as createTileEngine } from './reference/typescript-engine.js';

const engine = createTileEngine();
const k = 150;
const n = 21;
const tileRows = 64;
const tiles = Math.ceil(k / tileRows);
const draw = random(3);
/** No Gaussians here: their logarithm would tie the golden bits to one JavaScript engine. */
const even = (length: number, scale: number) => Float32Array.from({ length }, () => scale * (2 * draw.uniform() - 1));
const w = even(n * k, 0.9);
const coefficient = Float32Array.from({ length: tiles * n }, () => 0.1 * draw.uniform());

const electronic: Readout = {
  input: { bits: 8, scale: { kind: 'abs-max', clip: 0.9 } },
  noise: [
    { kind: 'constant', coefficient: 0.05 },
    { kind: 'input-norm', coefficient },
    { kind: 'abs-power', coefficient: 0.02 },
  ],
  shot: null,
  transfer: {
    kind: 'table',
    range: 8,
    values: Float32Array.from({ length: 33 }, (_, i) => (i - 16) / (2 + Math.abs(i - 16) / 8)),
  },
  output: { bits: 9, coding: 'symmetric', range: { kind: 'fixed', range: 6 } },
};
const optical: Readout = {
  input: { bits: 8, scale: { kind: 'abs-max', clip: 1 } },
  noise: [],
  shot: { photonsPerMac: 1.5, poissonBelow: 50 },
  transfer: null,
  output: { bits: 8, coding: 'full', range: { kind: 'operand-norms', clip: 4 } },
};

function slice(values: Float32Array, start: number, end: number): Float32Array {
  const width = end - start;
  return Float32Array.from(
    { length: tiles * width },
    (_, i) => values[Math.floor(i / width) * n + start + (i % width)]!,
  );
}

/** Columns start … end − 1, as a shard of their own. */
function shard(readout: Readout, start = 0, end = n) {
  const noise = readout.noise.map((term) =>
    typeof term.coefficient === 'number' ? term : { ...term, coefficient: slice(term.coefficient, start, end) },
  );
  const matrix = engine.programTiles({
    k,
    n: end - start,
    tileRows,
    weights: w.slice(start * k, end * k),
    fullScale: new Float32Array(tiles * (end - start)).fill(0.9),
    readout: { ...readout, noise },
  });
  return (batch: Parameters<typeof engine.readTiles>[1]) =>
    engine.readTiles(matrix, batch, { layer: 1, operation: 'down', columnStart: start }).y;
}

const rows = 7;
const x = even(rows * k, 2);
const seeds = BigUint64Array.of(1n, 1n, 2n, 0xffff_ffff_ffff_ffffn, 1n, 5n, 2n);
const positions = Uint32Array.of(0, 1, 0, 4, 0xffff_ffff, 3, 9);
/** The rows of `order`, as a batch. */
const pick = (order: readonly number[]) => ({
  rows: order.length,
  x: Float32Array.from(order.flatMap((row) => [...x.subarray(row * k, row * k + k)])),
  seeds: BigUint64Array.from(order, (row) => seeds[row]!),
  positions: Uint32Array.from(order, (row) => positions[row]!),
});
const everyRow = [...seeds.keys()];

describe.each([
  ['electronic', electronic, '190f6c4d495917bd'],
  ['optical', optical, 'd9ea2a189422c6dc'],
])('an %s readout gives the same bits', (_, readout, golden) => {
  const execute = shard(readout);
  const y = execute(pick(everyRow));

  it('for one row and for many, in any order', () => {
    fc.assert(
      fc.property(
        fc.subarray(everyRow, { minLength: 1 }).chain((some) => fc.shuffledSubarray(some, { minLength: some.length })),
        (order) => {
          const part = execute(pick(order));
          order.forEach((row, at) =>
            expect(part.subarray(at * n, at * n + n)).toEqual(y.subarray(row * n, row * n + n)),
          );
        },
      ),
    );
  });

  it('on every machine and in every version', () => {
    expect(createHash('sha256').update(y).digest('hex').slice(0, 16)).toBe(golden);
  });

  it('again and again', () => {
    expect(execute(pick(everyRow))).toEqual(y);
    expect(shard(readout)(pick(everyRow))).toEqual(y);
  });

  it('for any division into shards', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: n - 1 }), { maxLength: 3 }), (cuts) => {
        const edges = [0, ...cuts.sort((a, b) => a - b), n];
        for (let i = 0; i + 1 < edges.length; i++) {
          const [start, end] = [edges[i]!, edges[i + 1]!];
          const part = shard(readout, start, end)(pick(everyRow));
          for (const row of everyRow)
            expect(part.subarray(row * (end - start), (row + 1) * (end - start))).toEqual(
              y.subarray(row * n + start, row * n + end),
            );
        }
      }),
      { numRuns: 30 },
    );
  });

  it('and other bits for another seed or position', () => {
    const batch = pick([0]);
    const [first] = [execute(batch)];
    expect(execute({ ...batch, seeds: BigUint64Array.of(9n) })).not.toEqual(first);
    expect(execute({ ...batch, positions: Uint32Array.of(77) })).not.toEqual(first);
  });

  it('and zeros for a row of zeros, or weights of zero', () => {
    expect(execute({ ...pick([0]), x: new Float32Array(k) })).toEqual(new Float32Array(n));
    const dark = engine.programTiles({
      k,
      n: 2,
      tileRows,
      weights: new Float32Array(2 * k),
      fullScale: new Float32Array(tiles * 2),
      readout: { ...readout, noise: [{ kind: 'constant', coefficient: 1 }] },
    });
    const { y: zeros, noiseRms } = engine.readTiles(dark, pick([0]), { layer: 0, operation: 'o', columnStart: 0 });
    expect([...zeros].every((value) => value === 0)).toBe(true);
    expect(noiseRms).toBe(0);
  });

  it('and finite outputs for the least and the greatest activations', () => {
    const batch = pick([0]);
    for (const size of [1e-45, 1e-38, 1e30]) {
      const scaled = execute({ ...batch, x: batch.x.map((value) => Math.sign(value) * size) });
      expect(scaled.every(Number.isFinite)).toBe(true);
    }
  });

  it.each([NaN, Infinity, -Infinity])('and invalid_job for an activation of %d', (value) => {
    const batch = pick([0]);
    batch.x[3] = value;
    expect(() => execute(batch)).toThrow(expect.objectContaining({ code: 'invalid_job' }));
  });
});

describe('static draws', () => {
  it('depend on chip, matrix, input and column, and on nothing else', () => {
    const cell = (chip: bigint, matrix: string, input: number, column: number): string => {
      const words = new Uint32Array(4);
      staticSource(chip, matrix).cell(words, input, column);
      return words.join();
    };
    const first = cell(1n, 'nano/0/qkv', 2, 3);
    expect(cell(1n, 'nano/0/qkv', 2, 3)).toBe(first);
    const others = [
      cell(2n, 'nano/0/qkv', 2, 3),
      cell(1n << 32n, 'nano/0/qkv', 2, 3),
      cell(1n, 'nano/1/qkv', 2, 3),
      cell(1n, 'nano/0/qkv', 3, 2),
      cell(1n, 'nano/0/qkv', 2, 4),
    ];
    const words = new Uint32Array(4);
    staticSource(1n, 'nano/0/qkv').column(words, 3);
    expect(new Set([first, ...others, words.join()]).size).toBe(7);
  });
});

describe('programming', () => {
  const tile = { k: 2, n: 1, tileRows: 2, fullScale: Float32Array.of(1), readout: electronic };
  it.each([
    ['lengths', { weights: new Float32Array(3) }],
    ['scales', { weights: new Float32Array(2), fullScale: new Float32Array(2) }],
    ['weights that are not finite', { weights: Float32Array.of(1, NaN) }],
    ['levels beyond int32 sums', { weights: new Float32Array(2), levels: 40_000 }],
    ['no levels', { weights: new Float32Array(2), levels: 0 }],
    ['coefficients per output', { weights: new Float32Array(2) }],
  ])('refuses %s that do not fit', (_, wrong) => {
    expect(() => engine.programTiles({ ...tile, ...wrong })).toThrow(
      expect.objectContaining({ code: 'invalid_shard' }),
    );
  });

  it('takes at most 2.1 bytes per weight', () => {
    const program = {
      k: 512,
      n: 64,
      tileRows: 256,
      weights: random(1).gaussians(512 * 64),
      fullScale: new Float32Array(128).fill(3),
    };
    const noise = [{ kind: 'input-norm', coefficient: 0.1 } as const];
    const { residentBytes } = engine.programTiles({ ...program, readout: { ...electronic, noise } });
    expect(residentBytes / (512 * 64)).toBeLessThan(2.1);
  });
});
