import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bits, PATHS, values } from '../../testing/f32.js';
import { DigitalKernels } from './kernels.js';
import { KvPages } from './kv-pages.js';
import { attend } from './reference/attention.js';
import { turn } from './reference/rope.js';

const LAYER = 1;
const CONTEXT = 64;

interface Shape {
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
}

/** Angles of every position, as tables of cosines and sines. */
const angles = (half: number): readonly [Float32Array, Float32Array] => {
  const all = values(half, CONTEXT * half, 2);
  return [all.map(Math.cos), all.map(Math.sin)];
};

/** The reference: one sequence from its first position on, all rows of `qkv`. */
function expected(qkv: Float32Array, { heads, kvHeads, headDim }: Shape): Float32Array {
  const half = headDim / 2;
  const [cosines, sines] = angles(half);
  const width = (heads + 2 * kvHeads) * headDim;
  const rows = qkv.length / width;
  const head = (row: number, i: number): Float32Array =>
    qkv.subarray(row * width + i * headDim, row * width + (i + 1) * headDim);
  const turned = (row: number, i: number): Float32Array =>
    turn(head(row, i), cosines.subarray(row * half), sines.subarray(row * half));
  const out: number[] = [];
  for (let row = 0; row < rows; row++)
    for (let i = 0; i < heads; i++) {
      const kv = Math.floor((i * kvHeads) / heads);
      const seen = Array.from({ length: row + 1 }, (_, p) => p);
      const keys = seen.map((p) => turned(p, heads + kv));
      const vs = seen.map((p) => head(p, heads + kvHeads + kv));
      out.push(...attend(turned(row, i), keys, vs, 1 / Math.sqrt(headDim)));
    }
  return Float32Array.from(out);
}

/** The kernel: sequences side by side in one step, each from position `from` on; rows × heads·headDim. */
function step(
  kernels: DigitalKernels,
  { heads, kvHeads, headDim }: Shape,
  sequences: readonly { readonly pages: KvPages; readonly from: number; readonly qkv: Float32Array }[],
): Float32Array {
  const width = (heads + 2 * kvHeads) * headDim;
  const places = sequences.flatMap(({ pages, from, qkv }) =>
    Array.from({ length: qkv.length / width }, (_, i) => [from + i, pages.table]),
  );
  for (const { pages, from, qkv } of sequences) pages.reserve(from + qkv.length / width);
  const rows = places.length;
  const blocks = [
    kernels.place(Float32Array.from(sequences.flatMap(({ qkv }) => [...qkv]))),
    ...angles(headDim / 2).map((table) => kernels.place(table)),
    kernels.allocate(2 * rows),
    kernels.allocate(rows * heads * headDim),
    kernels.allocate(kvHeads * headDim),
    kernels.allocate(CONTEXT),
    kernels.place(new Float32Array(rows * heads * headDim + 1).fill(0.5)),
  ] as const;
  const [qkv, cosines, sines, table, queries, keys, scores, out] = blocks as unknown as number[] & { length: 8 };
  kernels.words(table!, 2 * rows).set(places.flat());
  const offset = sequences[0]!.pages.layerOffset(LAYER);
  const scale = 1 / Math.sqrt(headDim);
  kernels.call([
    [
      'attention',
      rows,
      table!,
      qkv!,
      heads,
      kvHeads,
      headDim,
      cosines!,
      sines!,
      offset,
      scale,
      queries!,
      keys!,
      scores!,
      out!,
    ],
  ]);
  const answer = kernels.view(out!, rows * heads * headDim + 1).slice();
  blocks.forEach((block) => kernels.free(block));
  expect(answer.at(-1)).toBe(0.5);
  return answer.subarray(0, -1);
}

const shape = fc
  .record({
    kvHeads: fc.integer({ min: 1, max: 3 }),
    group: fc.integer({ min: 1, max: 3 }),
    half: fc.integer({ min: 1, max: 40 }),
  })
  .map(({ kvHeads, group, half }) => ({ heads: kvHeads * group, kvHeads, headDim: 2 * half }));
const length = fc.integer({ min: 1, max: 40 });

describe.each(PATHS)('a layer’s attention over a step, %s', (path) => {
  const kernels = new DigitalKernels({ path });

  it('gives each row the bits of the reference, however rows are cut into steps and whatever stands beside them', () => {
    fc.assert(
      fc.property(fc.integer(), shape, length, length, fc.nat(39), (seed, shape, one, other, cut) => {
        const width = (shape.heads + 2 * shape.kvHeads) * shape.headDim;
        const [a, b] = [values(seed, one * width), values(seed + 1, other * width)];
        const [first, second] = [0, 1].map(() => new KvPages(kernels, { ...shape, layers: 3, context: CONTEXT }));
        const at = Math.min(cut, one - 1);
        const head = at > 0 ? step(kernels, shape, [{ pages: first!, from: 0, qkv: a.subarray(0, at * width) }]) : [];
        const rest = step(kernels, shape, [
          { pages: first!, from: at, qkv: a.subarray(at * width) },
          { pages: second!, from: 0, qkv: b },
        ]);
        expect(bits([...head, ...rest])).toEqual(bits([...expected(a, shape), ...expected(b, shape)]));
        first!.free();
        second!.free();
      }),
      { numRuns: 40 },
    );
    expect(kernels.usedBytes).toBe(0);
  });
});
