import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { engineOf, ENGINES, readingDifference } from '../testing/engines.js';
import { batchOf, random } from '../testing/random.js';
import { KEY, PLAIN, readOnce, uniformProgram } from '../testing/tiles.js';
import type { TileProgram } from './engine.js';
import type { Readout } from './readout.js';
import { type ColumnWeights, type DigitWeights, effectiveWeights } from './weights.js';
import { WasmEngine } from './wasm/wasm-engine.js';

const NOISY: Readout = {
  ...PLAIN,
  noise: [
    { kind: 'constant', coefficient: 0.02 },
    { kind: 'abs-power', coefficient: 0.01 },
  ],
  output: { bits: 9, coding: 'full', range: { kind: 'operand-norms', clip: 3 } },
};

interface Shape {
  readonly k: number;
  readonly n: number;
  readonly tileRows: number;
  readonly bits: number;
  readonly slices: number;
}

const shapes: fc.Arbitrary<Shape> = fc
  .record({
    k: fc.oneof(fc.integer({ min: 1, max: 150 }), fc.constantFrom(7, 8, 9, 16, 128)),
    n: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(7, 8, 9, 32)),
    tileRows: fc.constantFrom(1, 3, 8, 17, 64, 128),
    bits: fc.integer({ min: 1, max: 4 }),
    slices: fc.integer({ min: 1, max: 16 }),
  })
  .map((shape) => ({ ...shape, slices: Math.min(shape.slices, Math.ceil(16 / shape.bits)) }));

function programOf({ k, n, tileRows, bits, slices }: Shape, seed: number, readout: Readout): TileProgram<DigitWeights> {
  const draw = random(seed);
  const outputs = slices * Math.ceil(k / tileRows) * n;
  return {
    k,
    n,
    tileRows,
    slices,
    weights: {
      bits,
      codes: Uint16Array.from({ length: n * k }, () => Math.floor(draw.uniform() * 65_536)),
      values: draw.gaussians(outputs << bits, 0.5),
    },
    // Some columns have no weights, and some weights are beyond their full scale.
    fullScale: Float32Array.from({ length: outputs }, () => (draw.uniform() < 0.1 ? 0 : 0.2 + draw.uniform())),
    readout,
  };
}

describe.each([['typescript', 1] as const, ...ENGINES])('weights by digits on the %s engine', (path, threads) => {
  const engine = engineOf(path, threads);
  afterAll(() => engine.close());

  it('read as the same weights one by one, to the bit', () => {
    fc.assert(
      fc.property(shapes, fc.nat(), fc.constantFrom(PLAIN, NOISY), (shape, seed, readout) => {
        const program = programOf(shape, seed, readout);
        const batch = batchOf(random(seed + 1).gaussians(3 * shape.k), 3);
        const whole = readOnce(engine, { ...program, weights: effectiveWeights(program) }, batch);
        expect(readingDifference(readOnce(engine, program, batch), whole, shape.n)).toBeNull();
      }),
      { seed: 1, numRuns: path === 'typescript' ? 20 : 150 },
    );
  });

  it('take as many bytes as they do one by one', () => {
    const program = programOf({ k: 130, n: 11, tileRows: 64, bits: 2, slices: 8 }, 1, PLAIN);
    const [digits, whole] = [program, { ...program, weights: effectiveWeights(program) }].map((of) => {
      const matrix = engine.programTiles(of);
      matrix.release();
      return matrix.residentBytes;
    });
    expect(digits).toBe(whole);
  });

  it('are refused where they do not fit, with invalid_shard', () => {
    const program = programOf({ k: 20, n: 3, tileRows: 8, bits: 2, slices: 8 }, 1, PLAIN);
    const { weights } = program;
    for (const wrong of [
      { bits: 0 },
      { bits: 5 },
      { bits: 3 },
      { codes: new Uint16Array(59) },
      { values: new Float32Array(7) },
      { values: weights.values.map((value, i) => (i === 50 ? NaN : value)) },
    ])
      expect(() => engine.programTiles({ ...program, weights: { ...weights, ...wrong } })).toThrow(
        expect.objectContaining({ code: 'invalid_shard' }),
      );
    // A ninth digit of two bits would begin beyond the code.
    const nine = programOf({ k: 20, n: 3, tileRows: 8, bits: 2, slices: 9 }, 1, PLAIN);
    expect(() => engine.programTiles(nine)).toThrow(expect.objectContaining({ code: 'invalid_shard' }));
  });

  it('are copied', () => {
    const program = programOf({ k: 20, n: 3, tileRows: 8, bits: 2, slices: 8 }, 1, PLAIN);
    const batch = batchOf(random(2).gaussians(20), 1);
    const { y } = readOnce(engine, program, batch);
    const matrix = engine.programTiles(program);
    program.weights.codes.fill(0);
    program.weights.values.fill(0);
    expect(engine.readTiles(matrix, batch, KEY).y).toEqual(y);
    matrix.release();
  });
});

/** Weights one by one as their columns. */
const columnsOf = (weights: Float32Array, k: number, n: number): ColumnWeights => ({
  write(into, first, count) {
    for (let slice = 0; slice < weights.length / (n * k); slice++)
      into.set(weights.subarray((slice * n + first) * k, (slice * n + first + count) * k), slice * count * k);
  },
});

describe.each([['typescript', 1] as const, ...ENGINES])('weights by columns on the %s engine', (path, threads) => {
  const engine = engineOf(path, threads);
  afterAll(() => engine.close());

  it('read as the same weights one by one, to the bit', () => {
    fc.assert(
      fc.property(shapes, fc.nat(), fc.constantFrom(PLAIN, NOISY), (shape, seed, readout) => {
        const digits = programOf(shape, seed, readout);
        const program = { ...digits, weights: effectiveWeights(digits) };
        const batch = batchOf(random(seed + 1).gaussians(3 * shape.k), 3);
        const columns = { ...program, weights: columnsOf(program.weights, shape.k, shape.n) };
        const whole = readOnce(engine, program, batch);
        expect(readingDifference(readOnce(engine, columns, batch), whole, shape.n)).toBeNull();
      }),
      { seed: 2, numRuns: path === 'typescript' ? 20 : 100 },
    );
  });

  it('are refused where one is not finite, with invalid_shard, and leave no room taken', () => {
    const [k, n] = [512, 1024];
    const weights = new Float32Array(n * k).fill(0.5);
    weights[1000 * k] = Infinity;
    const program = { ...uniformProgram(weights, k, n, 256, PLAIN), weights: columnsOf(weights, k, n) };
    const refused = () =>
      expect(() => engine.programTiles(program)).toThrow(expect.objectContaining({ code: 'invalid_shard' }));
    refused();
    const bytes = (): number => (engine instanceof WasmEngine ? engine.parts().arena.memory.buffer.byteLength : 0);
    const before = bytes();
    for (let i = 0; i < 8; i++) refused();
    expect(bytes()).toBe(before);
  });
});

describe('effective weights', () => {
  it('are the values of digits, lowest first, by tile and column', () => {
    // Two columns of three inputs in tiles of two, two digits of one bit: value = 1000·column + 100·tile + 10·slice + digit.
    const values = Float32Array.from(
      { length: 16 },
      (_, i) => 1000 * (i >> 3) + 100 * ((i >> 2) & 1) + 10 * ((i >> 1) & 1) + (i & 1),
    );
    const weights: DigitWeights = { bits: 1, codes: Uint16Array.of(0b00, 0b01, 0b10, 0b11, 0b00, 0b01), values };
    const fullScale = new Float32Array(8).fill(1);
    const program = { k: 3, n: 2, tileRows: 2, slices: 2, weights, fullScale, readout: PLAIN };
    expect([...effectiveWeights(program)]).toEqual([0, 1, 100, 1001, 1000, 1101, 10, 10, 111, 1011, 1010, 1110]);
  });
});
