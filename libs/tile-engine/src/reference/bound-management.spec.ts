import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchOf, random } from '../../testing/random.js';
import { KEY, PLAIN, readOnce, shardOf, uniformProgram } from '../../testing/tiles.js';
import { columnNormal, drawKey, matrixWord } from '../draws/dynamic.js';
import type { TileProgram } from '../engine.js';
import type { BoundManagement, InputConverter, Readout } from '../readout.js';
import { createTypescriptEngine } from './typescript-engine.js';

const engine = createTypescriptEngine();
const bounded = (range: number, bound: BoundManagement, change: Partial<Readout> = {}): Readout => ({
  ...PLAIN,
  output: { bits: 14, coding: 'symmetric', range: { kind: 'fixed', range } },
  bound,
  ...change,
});
const one = (w: readonly number[], readout: Readout) =>
  readOnce(engine, uniformProgram(Float32Array.from(w), 1, w.length, 1, readout), batchOf(Float32Array.of(1), 1));

describe('iterative bound management', () => {
  it('halves inputs until nothing clips, and doubles outputs as often', () => {
    // 1, 0.5 and 0.25 on an ADC that ends at 0.3.
    const { y, adcSaturated, dacSaturated } = one([1, 0.1], bounded(0.3, { rounds: 5, columns: 64 }));
    // Codes 127, 64 (63.5), 32 (31.75).
    expect(y[0]).toBeCloseTo((32 / 127) * 4, 3);
    expect(y[1]).toBeCloseTo((3.2 / 127) * 4, 3);
    expect([adcSaturated, dacSaturated]).toEqual([0, 0]);
  });

  it('counts the readings beyond the first: of all tiles, and of the slowest of each row', () => {
    // Two tiles of one input each: the first is read three times, the second once.
    const weights = Float32Array.of(1, 0.1);
    const program = uniformProgram(weights, 2, 1, 1, bounded(0.3, { rounds: 5, columns: 64 }));
    const batch = batchOf(Float32Array.of(1, 1, 0, 0, 1, 1), 3);
    expect(readOnce(engine, program, batch).rereads).toEqual({ tiles: 4, rows: 4 });
    expect(readOnce(engine, { ...program, readout: PLAIN }, batch).rereads).toBeUndefined();
  });

  it('ends after its rounds, and counts what still clips', () => {
    const { y, adcSaturated } = one([1, -1, 0.1], bounded(0.3, { rounds: 2, columns: 64 }));
    expect(y[0]).toBeCloseTo(0.6, 5);
    expect(y[1]).toBeCloseTo(-0.6, 5);
    expect(y[2]).toBeCloseTo((6.4 / 127) * 2, 3);
    expect(adcSaturated).toBe(2);
    expect(one([1], bounded(0.3, { rounds: 1, columns: 64 })).y[0]).toBeCloseTo(0.3, 5);
  });

  it('leaves rows alone that do not clip', () => {
    const draw = random(3);
    const program = (readout: Readout): TileProgram => uniformProgram(draws, 20, 10, 8, readout);
    const draws = draw.gaussians(200, 0.2);
    const batch = batchOf(draw.gaussians(60), 3);
    const readout = bounded(40, { rounds: 4, columns: 64 }, { noise: [{ kind: 'constant', coefficient: 0.1 }] });
    expect(readOnce(engine, program(readout), batch)).toEqual({
      ...readOnce(engine, program({ ...readout, bound: null }), batch),
      rereads: { tiles: 0, rows: 0 },
    });
  });

  it('works on each tile, and on each group of columns', () => {
    const columns = 64;
    const w = new Float32Array(150 * 2).fill(0.1);
    // One large weight: column 70, second tile.
    w[70 * 2 + 1] = 1;
    const { y } = readOnce(
      engine,
      uniformProgram(w, 2, 150, 1, { ...bounded(0.3, { rounds: 5, columns }), input: { ...PLAIN.input!, bits: 4 } }),
      batchOf(Float32Array.of(5, 7), 1),
    );
    // Codes 5 and 7 of 7; twice halved 7 is 2 (1.75). Other groups, and the other tile, are read at once.
    for (const column of [0, 63, 128, 149]) expect(y[column]).toBeCloseTo(0.1 * (5 + 7), 2);
    for (const column of [64, 69, 71, 127]) expect(y[column]).toBeCloseTo(0.1 * (5 + 2 * 4), 2);
    expect(y[70]).toBeCloseTo(0.1 * 5 + 2 * 4, 2);
  });

  it('draws new noise in every round', () => {
    const noise = [{ kind: 'constant', coefficient: 0.01 } as const];
    const readout = bounded(0.3, { rounds: 5, columns: 64 }, { noise });
    const batch = batchOf(Float32Array.of(1), 1);
    const { y } = readOnce(engine, uniformProgram(Float32Array.of(1), 1, 1, 1, readout), batch);
    const key = drawKey(batch.seeds[0]!, batch.positions[0]!, matrixWord(KEY));
    expect(y[0]).toBeCloseTo((32 / 127 + 0.01 * columnNormal(key, 0, 0, 2 << 8)) * 4, 3);
    expect(columnNormal(key, 0, 0, 2 << 8)).not.toBeCloseTo(columnNormal(key, 0, 0, 0), 1);
  });

  it('follows its law for any weights: an f64 account of codes and halvings', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 5 }),
        fc.constantFrom(64, 128, 256),
        fc.nat(),
        (k, n, tileRows, rounds, columns, seed) => {
          const draw = random(seed);
          const w = draw.gaussians(n * k, 0.3, 3);
          const x = draw.gaussians(k);
          const range = 0.4;
          const program = uniformProgram(w, k, n, tileRows, bounded(range, { rounds, columns }));
          const { y, adcSaturated } = readOnce(engine, program, batchOf(x, 1));
          const law = lawOf(w, x, k, n, tileRows, rounds, columns, range);
          expect(adcSaturated).toBe(law.clipped);
          y.forEach((value, column) => expect(Math.abs(value - law.y[column]!)).toBeLessThan(2e-5 * (1 + k)));
        },
      ),
      { seed: 1, numRuns: 60 },
    );
  });

  it('does not depend on shards that start on multiples of the group', () => {
    const draw = random(7);
    const [k, n, columns] = [40, 300, 64];
    const input: InputConverter = { ...PLAIN.input!, rounding: 'stochastic' };
    const noise = [{ kind: 'constant', coefficient: 0.05 } as const];
    const readout = bounded(0.4, { rounds: 4, columns }, { input, noise });
    const program = uniformProgram(draw.gaussians(n * k, 0.3, 3), k, n, 16, readout);
    const batch = batchOf(draw.gaussians(3 * k), 3);
    const { y, adcSaturated } = readOnce(engine, program, batch, { ...KEY, columnStart: 128 });
    let clipped = 0;
    for (const [start, end] of [
      [0, 64],
      [64, 256],
      [256, 300],
    ] as const) {
      const part = readOnce(engine, shardOf(program, start, end), batch, { ...KEY, columnStart: 128 + start });
      for (let row = 0; row < 3; row++)
        expect(part.y.subarray(row * (end - start), (row + 1) * (end - start))).toEqual(
          y.subarray(row * n + start, row * n + end),
        );
      clipped += part.adcSaturated;
    }
    expect(clipped).toBe(adcSaturated);
    expect(() => readOnce(engine, program, batch, { ...KEY, columnStart: 32 })).toThrow(
      expect.objectContaining({ code: 'invalid_job' }),
    );
  });
});

/** Bound management of one row on an ADC of 14 bits without noise, in f64. */
function lawOf(
  w: Float32Array,
  x: Float32Array,
  k: number,
  n: number,
  tileRows: number,
  rounds: number,
  columns: number,
  range: number,
): { y: Float64Array; clipped: number } {
  const y = new Float64Array(n);
  let clipped = 0;
  const scale = Math.max(...x.map(Math.abs));
  const even = (v: number): number => (Math.abs(v % 1) === 0.5 ? 2 * Math.round(v / 2) : Math.round(v));
  const weights = w.map((value) => Math.max(-32_767, Math.min(32_767, even(value * 32_767))));
  for (let start = 0; start < k; start += tileRows)
    for (let group = 0; group < n; group += columns)
      for (let round = 0; round < rounds; round++) {
        const gain = Math.fround(127 / scale) / 2 ** round;
        const codes = [...x.subarray(start, Math.min(k, start + tileRows))].map((value) =>
          even(Math.fround(value * gain)),
        );
        const outputs = Array.from({ length: Math.min(columns, n - group) }, (_, i) => {
          const row = (group + i) * k + start;
          const sum = codes.reduce((total, code, j) => total + code * weights[row + j]!, 0);
          return even(((sum / 127 / 32_767) * 8191) / range);
        });
        const beyond = outputs.filter((code) => Math.abs(code) > 8191).length;
        if (beyond > 0 && round < rounds - 1) continue;
        clipped += beyond;
        outputs.forEach((code, i) => {
          const limited = Math.max(-8191, Math.min(8191, code));
          y[group + i] = y[group + i]! + (limited / 8191) * range * 2 ** round * scale;
        });
        break;
      }
  return { y, clipped };
}
