import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bits, PATHS, values } from '../../testing/f32.js';
import { DigitalKernels } from './kernels.js';
import { KvPages, type KvShape } from './kv-pages.js';
import { attend } from './reference/attention.js';

interface Case {
  readonly shape: KvShape;
  readonly group: number;
  readonly length: number;
  /** kvHeads · headDim per position. */
  readonly keys: Float32Array[];
  readonly values: Float32Array[];
  readonly q: Float32Array;
}

function makeCase(seed: number, headDim: number, kvHeads: number, group: number, length: number, specials = 0): Case {
  const width = kvHeads * headDim;
  const rows = (from: number): Float32Array[] =>
    Array.from({ length }, (_, position) => values(from + position, width, 1, specials));
  return {
    shape: { layers: 3, kvHeads, headDim, context: 700 },
    group,
    length,
    keys: rows(seed),
    values: rows(seed + 5000),
    q: values(seed - 1, width * group, 2, specials),
  };
}

/** Writes a case's positions into layer 1, and rubbish into the others, and attends. */
function run(kernels: DigitalKernels, { shape, group, length, keys, values, q }: Case): Float32Array {
  const { kvHeads, headDim } = shape;
  const pages = new KvPages(kernels, shape);
  const rubbish = kernels.place(new Float32Array(kvHeads * headDim).fill(NaN));
  const [query, key, value] = [q, keys[0]!, values[0]!].map((rows) => kernels.place(rows)) as [number, number, number];
  const scores = kernels.allocate(length + 15);
  const out = kernels.place(new Float32Array(q.length + 1).fill(0.5));
  for (let position = 0; position < length; position++) {
    pages.reserve(position + 1);
    kernels.view(key, kvHeads * headDim).set(keys[position]!);
    kernels.view(value, kvHeads * headDim).set(values[position]!);
    pages.store(0, position, rubbish, rubbish);
    pages.store(1, position, key, value);
    pages.store(2, position, rubbish, rubbish);
  }
  const head = group * headDim * 4;
  for (let kvHead = kvHeads - 1; kvHead >= 0; kvHead--)
    pages.attend(1, kvHead, length, query + kvHead * head, group, scores, out + kvHead * head);
  const result = kernels.view(out, q.length + 1).slice();
  for (const block of [rubbish, query, key, value, scores, out]) kernels.free(block);
  pages.free();
  expect(result[q.length]).toBe(0.5);
  return result.subarray(0, q.length);
}

/** The reference, head by head. */
function expected({ shape: { headDim }, group, keys, values, q }: Case): Float32Array {
  const out = new Float32Array(q.length);
  for (let head = 0; head * headDim < q.length; head++) {
    const kv = Math.floor(head / group) * headDim;
    const cut = (rows: Float32Array[]): Float32Array[] => rows.map((row) => row.subarray(kv, kv + headDim));
    const query = q.subarray(head * headDim, (head + 1) * headDim);
    out.set(attend(query, cut(keys), cut(values), 1 / Math.sqrt(headDim)), head * headDim);
  }
  return out;
}

const headDim = fc.oneof(fc.constantFrom(8, 16, 32, 64, 80), fc.integer({ min: 1, max: 40 })).map((d) => d + (d % 2));
const length = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(64, 65, 200));
const few = fc.integer({ min: 1, max: 3 });

describe.each(PATHS)('attention over a cache, %s', (path) => {
  const kernels = new DigitalKernels({ path });

  it('gives the bits of its reference for any width, grouping and length', () => {
    fc.assert(
      fc.property(fc.integer(), headDim, few, few, length, fc.constantFrom(0, 0, 300), (...parts) => {
        const one = makeCase(...parts);
        expect(bits(run(kernels, one))).toEqual(bits(expected(one)));
      }),
      { numRuns: 60 },
    );
    expect(kernels.usedBytes).toBe(0);
  });
});

describe('attention over a cache', () => {
  const kernels = new DigitalKernels();

  it('is within 1e-5 of softmax(q · kᵀ / √headDim) · v in f64 at 512 positions', () => {
    const one = makeCase(3, 32, 2, 2, 512);
    const got = run(kernels, one);
    const worst = got.reduce((most, value, i) => {
      const head = Math.floor(i / 32);
      const kv = Math.floor(head / 2) * 32;
      const scores = one.keys.map((key) => {
        let score = 0;
        for (let d = 0; d < 32; d++) score += one.q[head * 32 + d]! * key[kv + d]!;
        return score / Math.sqrt(32);
      });
      const top = Math.max(...scores);
      const weights = scores.map((score) => Math.exp(score - top));
      const upper = weights.reduce((sum, weight, p) => sum + weight * one.values[p]![kv + (i % 32)]!, 0);
      const exact = upper / weights.reduce((sum, weight) => sum + weight, 0);
      return Math.max(most, Math.abs(value - exact));
    }, 0);
    expect(worst).toBeLessThan(1e-5);
    expect(worst).toBeGreaterThan(0);
  });

  it('of equal scores is the mean of the values', () => {
    const one = makeCase(4, 8, 1, 1, 32);
    for (const key of one.keys) key.fill(0);
    one.values.forEach((value, p) => value.fill(p));
    expect([...run(kernels, one)]).toEqual(Array.from({ length: 8 }, () => 15.5));
  });

  it('gives no weight to a score of −∞, and NaN where a score is NaN or ∞ or all are −∞', () => {
    const at = (change: (one: Case) => void): Float32Array => {
      const one = makeCase(5, 8, 1, 1, 20);
      one.q.fill(1);
      change(one);
      return run(kernels, one);
    };
    const one = makeCase(5, 8, 1, 1, 20);
    one.q.fill(1);
    one.keys.pop();
    one.values.pop();
    const without = run(kernels, { ...one, length: 19 });
    expect([...at(({ keys }) => keys[19]!.fill(-Infinity))]).toEqual([...without]);
    for (const change of [
      ({ keys }: Case) => keys[3]!.fill(NaN, 0, 1),
      ({ keys }: Case) => keys[3]!.fill(Infinity),
      ({ keys }: Case) => keys.forEach((key) => key.fill(-Infinity)),
    ])
      expect(at(change).every(Number.isNaN)).toBe(true);
    // A spoilt value spoils its own column alone.
    const spoilt = at(({ values }) => values[2]!.fill(NaN, 5, 6));
    expect([...spoilt].map(Number.isNaN)).toEqual([false, false, false, false, false, true, false, false]);
  });

  it('does not see what lies past its length: neither old positions nor those of a step that failed', () => {
    const one = makeCase(6, 16, 2, 2, 40);
    const cut = { ...one, keys: one.keys.slice(0, 21), values: one.values.slice(0, 21), length: 21 };
    for (const p of [21, 25, 31]) {
      one.keys[p]!.fill(NaN);
      one.values[p]!.fill(NaN);
    }
    const pages = new KvPages(kernels, one.shape);
    pages.reserve(40);
    const [q, out, scores] = [kernels.place(one.q), kernels.allocate(64), kernels.allocate(48)];
    one.keys.forEach((key, p) => {
      const blocks = [kernels.place(key), kernels.place(one.values[p]!)] as const;
      pages.store(1, p, ...blocks);
      blocks.forEach((block) => kernels.free(block));
    });
    for (const kvHead of [0, 1]) pages.attend(1, kvHead, 21, q + kvHead * 128, 2, scores, out + kvHead * 128);
    expect(bits(kernels.view(out, 64))).toEqual(bits(expected(cut)));
  });

  it('takes pages as it grows and gives them back', () => {
    const small = new DigitalKernels({ limitBytes: 200_000 });
    const shape = { layers: 2, kvHeads: 2, headDim: 10, context: 1000 };
    const pages = new KvPages(small, shape);
    const table = small.usedBytes;
    expect(pages.bytes).toBe(0);
    pages.reserve(1);
    pages.reserve(16);
    // 16 positions of 10 keys and 16 values, two heads, two layers.
    expect(pages.bytes).toBe(4 * 16 * 26 * 4);
    expect(small.usedBytes).toBe(table + pages.bytes);
    pages.reserve(17);
    expect(pages.bytes).toBe(2 * 4 * 16 * 26 * 4);
    expect(() => pages.reserve(1000)).toThrow(expect.objectContaining({ code: 'capacity_exceeded' }) as Error);
    pages.free();
    expect(small.usedBytes).toBe(0);
  });
});
