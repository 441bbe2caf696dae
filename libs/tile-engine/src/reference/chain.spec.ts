import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchOf, moments, random, relativeError } from '../../testing/random.js';
import { KEY, PLAIN, shardOf, uniformProgram } from '../../testing/tiles.js';
import { columnNormal, drawKey, matrixWord, STREAM } from '../draws/dynamic.js';
import type { ChainProgram, ChainReading, ChainStage, GateCircuit, NoiseKey, TableLaw } from '../engine.js';
import type { Readout } from '../readout.js';
import { createTypescriptEngine } from './typescript-engine.js';

const engine = createTypescriptEngine();
const fine: Readout = { ...PLAIN, input: { bits: 12, scale: { kind: 'abs-max', clip: 1 } } };
const voltages: Readout = { ...PLAIN, input: null };
const run = (program: ChainProgram, x: Float32Array, rows: number, key: NoiseKey = KEY): ChainReading =>
  engine.readChain(engine.programChain(program), batchOf(x, rows), key);

const LAWS: Record<ChainStage['activation'], (h: number, range: number) => number> = {
  diode: (h) => (h > 0 ? h : 0),
  clamp: (h, range) => (h < 0 ? 0 : h > range ? range : h),
  silu: (h) => h / (1 + Math.exp(-h)),
  linear: (h) => h,
};
const ACTIVATIONS = Object.keys(LAWS) as ChainStage['activation'][];

interface Shape {
  k: number;
  hidden: number;
  n: number;
  tileRows: [number, number];
  stage: ChainStage;
  seed: number;
}

const shapes: fc.Arbitrary<Shape> = fc.record({
  k: fc.integer({ min: 1, max: 60 }),
  hidden: fc.integer({ min: 1, max: 50 }),
  n: fc.integer({ min: 1, max: 12 }),
  tileRows: fc.tuple(fc.integer({ min: 1, max: 64 }), fc.integer({ min: 1, max: 64 })),
  stage: fc.record({
    activation: fc.constantFrom(...ACTIVATIONS),
    gated: fc.boolean(),
    range: fc.constantFrom(0.7, 2, 9),
    noise: fc.constantFrom(0, 0.2),
  }),
  seed: fc.nat(),
});

function build({ k, hidden, n, tileRows, stage, seed }: Shape, first = fine, second = voltages) {
  const draw = random(seed);
  const width = stage.gated ? 2 * hidden : hidden;
  const [w1, w2] = [draw.gaussians(width * k, 0.3, 3), draw.gaussians(n * hidden, 0.3, 3)];
  const program: ChainProgram = {
    first: uniformProgram(w1, k, width, tileRows[0], first),
    stage,
    second: uniformProgram(w2, hidden, n, tileRows[1], second),
  };
  return { program, w1, w2, x: draw.gaussians(3 * k) };
}

/** The chain in f64, from exact products to the outputs; `digitise` sees each tile's output in analog units. */
function unfused(
  { k, hidden, n, tileRows, stage }: Shape,
  { w1, w2, x }: ReturnType<typeof build>,
  digitise: (s: number) => number = (s) => s,
): Float64Array {
  const batch = batchOf(x, 3);
  return Float64Array.from({ length: 3 * n }, (_, at) => {
    const [row, column] = [Math.floor(at / n), at % n];
    const key = drawKey(batch.seeds[row]!, batch.positions[row]!, matrixWord(KEY));
    const product = (i: number): number => {
      let sum = 0;
      for (let j = 0; j < k; j++) sum += x[row * k + j]! * w1[i * k + j]!;
      return sum;
    };
    let y = 0;
    for (let start = 0; start < hidden; start += tileRows[1]) {
      let tile = 0;
      for (let i = start; i < Math.min(hidden, start + tileRows[1]); i++) {
        const activated = LAWS[stage.activation](product(i), stage.range);
        const value = stage.gated ? activated * product(hidden + i) : activated;
        const noisy = value / stage.range + stage.noise * columnNormal(key, i, 0, STREAM.stage);
        tile += Math.max(-1, Math.min(1, noisy)) * w2[column * hidden + i]!;
      }
      y += digitise(tile);
    }
    return y * stage.range;
  });
}

describe('a chain', () => {
  it('is matmul, pointwise, matmul, whatever its shapes and its stage', () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const built = build(shape);
        const { y } = run(built.program, built.x, 3);
        const exact = unfused(shape, built);
        // 12-bit codes: relative to the size of all outputs, since single ones may vanish.
        const size = Math.sqrt(exact.reduce((sum, value) => sum + value * value, 0) / exact.length);
        y.forEach((value, at) => expect(Math.abs(value - exact[at]!)).toBeLessThan(0.01 * (size + shape.stage.range)));
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  it.each(ACTIVATIONS)('is as exact as its codes with %s', (activation) => {
    for (const gated of [false, true]) {
      const shape: Shape = {
        k: 64,
        hidden: 96,
        n: 16,
        tileRows: [32, 40],
        stage: { activation, gated, range: 20, noise: 0 },
        seed: 5,
      };
      const built = build(shape);
      expect(relativeError(run(built.program, built.x, 3).y, unfused(shape, built))).toBeLessThan(1.5e-3);
    }
  });

  it('runs a gate circuit: four laws, and the statics of each hidden value', () => {
    const hidden = 24;
    const stage: ChainStage = { activation: 'silu', gated: true, range: 9, noise: 0 };
    const shape: Shape = { k: 40, hidden, n: 6, tileRows: [64, 64], stage, seed: 11 };
    const built = build(shape);
    const table = (law: (x: number) => number): TableLaw => ({
      range: 12,
      values: Float32Array.from({ length: 4097 }, (_, i) => law((24 * i) / 4096 - 12)),
    });
    const neutral = Float32Array.from({ length: 6 * hidden }, (_, i) => Number(Math.floor(i / hidden) === 4));
    const circuit: GateCircuit = {
      gate: table((x) => x),
      steering: table((x) => 1 / (1 + Math.exp(-x))),
      activated: table((x) => x),
      up: table((x) => x),
      statics: neutral,
    };
    const runs = (of: GateCircuit): Float32Array =>
      run({ ...built.program, stage: { ...stage, circuit: of } }, built.x, 3).y;
    // With the laws of silu(gate)·up and no errors it is that stage.
    expect(relativeError(runs(circuit), unfused(shape, built))).toBeLessThan(1.5e-3);
    const plain = run(built.program, built.x, 3);
    const whole = run({ ...built.program, stage: { ...stage, circuit } }, built.x, 3);
    expect(whole.driveSquares).toBeCloseTo(plain.driveSquares, 3);
    // A gain of 2 on every hidden value doubles the outputs; an offset of one output moves by its weights.
    const doubled = neutral.map((value) => 2 * value);
    const wide: ChainStage = { ...stage, range: 18, circuit: { ...circuit, statics: doubled } };
    expect(
      relativeError(
        run({ ...built.program, stage: wide }, built.x, 3).y,
        runs(circuit).map((y) => 2 * y),
      ),
    ).toBeLessThan(1e-4);
    const shifted = neutral.slice();
    shifted[5 * hidden + 7] = 0.1;
    const moved = runs({ ...circuit, statics: shifted });
    runs(circuit).forEach((y, at) => expect(moved[at]! - y).toBeCloseTo(0.1 * 9 * built.w2[(at % 6) * hidden + 7]!, 2));
    expect(() => runs({ ...circuit, statics: neutral.slice(1) })).toThrow(
      expect.objectContaining({ code: 'invalid_shard' }),
    );
  });

  it('converts the outputs of its second matrix', () => {
    const shape: Shape = {
      k: 30,
      hidden: 64,
      n: 16,
      tileRows: [30, 32],
      stage: { activation: 'silu', gated: true, range: 2, noise: 0.05 },
      seed: 6,
    };
    const step = 1.5 / 31;
    const second: Readout = {
      ...voltages,
      output: { bits: 6, coding: 'symmetric', range: { kind: 'fixed', range: 1.5 } },
    };
    const built = build(shape, fine, second);
    const { y, adcSaturated } = run(built.program, built.x, 3);
    let clipped = 0;
    const exact = unfused(shape, built, (s) => {
      clipped += Number(Math.abs(Math.round(s / step)) > 31);
      return step * Math.max(-31, Math.min(31, Math.round(s / step)));
    });
    expect(clipped).toBeGreaterThan(0);
    expect(adcSaturated).toBe(clipped);
    // Whole codes, all but the few that 12-bit inputs push over an edge.
    y.forEach((value, at) => expect(Math.abs(value - exact[at]!)).toBeLessThan(1.001 * step * 2));
    expect(y.filter((value, at) => Math.abs(value - exact[at]!) < 1e-4).length).toBeGreaterThan(40);
  });

  it('has noise in both matrices and between them, each from draws of its own', () => {
    const rows = 6_000;
    const stage: ChainStage = { activation: 'linear', gated: false, range: 4, noise: 0.05 };
    const noise = (coefficient: number): Readout['noise'] => [{ kind: 'constant', coefficient }];
    const variance = (first: number, between: number, second: number): number => {
      const program: ChainProgram = {
        first: uniformProgram(Float32Array.of(0.5, 0.25), 1, 2, 1, { ...fine, noise: noise(first) }),
        stage: { ...stage, noise: between },
        second: uniformProgram(Float32Array.of(1, -0.5), 2, 1, 2, { ...voltages, noise: noise(second) }),
      };
      return moments(run(program, new Float32Array(rows).fill(1), rows).y).variance;
    };
    const near = (found: number, law: number): void =>
      expect(Math.abs(found / law - 1)).toBeLessThan(5 * Math.sqrt(2 / rows));
    near(variance(0.1, 0, 0), 0.01 * 1.25);
    near(variance(0, 0.05, 0), (4 * 0.05) ** 2 * 1.25);
    near(variance(0, 0, 0.1), (4 * 0.1) ** 2);
    near(variance(0.1, 0.05, 0.1), 0.01 * 1.25 + (4 * 0.05) ** 2 * 1.25 + (4 * 0.1) ** 2);
  });

  it('gives shards of its second matrix the same bits: hidden values are those of the whole first', () => {
    const shape: Shape = {
      k: 40,
      hidden: 70,
      n: 90,
      tileRows: [16, 32],
      stage: { activation: 'silu', gated: true, range: 3, noise: 0.1 },
      seed: 9,
    };
    const noise: Readout['noise'] = [{ kind: 'signal', coefficient: 0.1 }];
    const { program, x } = build(shape, { ...fine, noise }, { ...voltages, noise });
    const { y } = run(program, x, 3, { ...KEY, columnStart: 256 });
    const part = run({ ...program, second: shardOf(program.second, 33, 90) }, x, 3, { ...KEY, columnStart: 256 + 33 });
    for (let row = 0; row < 3; row++)
      expect(part.y.subarray(row * 57, (row + 1) * 57)).toEqual(y.subarray(row * 90 + 33, (row + 1) * 90));
  });

  it('sums the squares of voltages and weights for the noise of its second matrix', () => {
    const rows = 6_000;
    const stage: ChainStage = { activation: 'linear', gated: false, range: 1, noise: 0 };
    for (const [kind, law] of [
      ['input-norm', 0.5 ** 2 + 0.25 ** 2],
      ['abs-product', 1 * 0.5 + 0.5 * 0.25],
      ['abs-power', 1 * 0.25 + 0.5 * 0.0625],
    ] as const) {
      const program: ChainProgram = {
        first: uniformProgram(Float32Array.of(0.5, -0.25), 1, 2, 1, fine),
        stage,
        second: uniformProgram(Float32Array.of(1, -0.5), 2, 1, 2, { ...voltages, noise: [{ kind, coefficient: 0.1 }] }),
      };
      const { y, signalRms, noiseRms } = run(program, new Float32Array(rows).fill(1), rows);
      expect(Math.abs(moments(y).variance / (0.01 * law) - 1)).toBeLessThan(5 * Math.sqrt(2 / rows));
      expect(signalRms).toBeCloseTo(0.625, 3);
      expect(Math.abs(noiseRms ** 2 / (0.01 * law) - 1)).toBeLessThan(5 * Math.sqrt(2 / rows));
    }
  });

  it('refuses what does not fit', () => {
    const shape: Shape = {
      k: 2,
      hidden: 2,
      n: 1,
      tileRows: [2, 2],
      stage: { activation: 'diode', gated: false, range: 1, noise: 0 },
      seed: 1,
    };
    const { program } = build(shape);
    expect(() => run(program, new Float32Array(3), 1)).toThrow(expect.objectContaining({ code: 'invalid_job' }));
    expect(() => run(program, Float32Array.of(1, NaN), 1)).toThrow(expect.objectContaining({ code: 'invalid_job' }));
    expect(() => engine.programChain({ ...program, stage: { ...shape.stage, gated: true } })).toThrow(
      expect.objectContaining({ code: 'invalid_shard' }),
    );
    expect(() => engine.readChain({ k: 2, n: 1 } as never, batchOf(new Float32Array(2), 1), KEY)).toThrow(
      /another engine/,
    );
  });
});
