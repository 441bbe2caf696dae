import { describe, expect, it } from 'vitest';
import { random } from '../../../../tile-engine/testing/random.js';
import { thermalVoltage } from '../constants.js';
import {
  bent,
  type CellLaw,
  driveOf,
  exponentialCell,
  linearGain,
  multiplierCell,
  predistortedCell,
  separate,
  squareLawCell,
  squareLawPair,
} from './cell-law.js';
import { atanh, tanh } from './tanh.js';

const decibels = (ratio: number): number => -20 * Math.log10(ratio);

/** Relative error of a 256-input product of cells, Gaussian operands with 3σ at full scale, at its best scale. */
function productError(law: CellLaw, seed: number, gain: (trials: { y: number; s: number }[]) => number): number {
  const { gaussian } = random(seed);
  const operand = (): number => Math.max(-3, Math.min(3, gaussian())) / 3;
  const trials = Array.from({ length: 150 }, () => {
    let y = 0;
    let s = 0;
    for (let j = 0; j < 256; j++) {
      const x = operand();
      const w = operand();
      y += x * w;
      s += law(x, w);
    }
    return { y, s };
  });
  const scale = gain(trials);
  const wrong = trials.reduce((sum, { y, s }) => sum + (s * scale - y) ** 2, 0);
  return Math.sqrt(wrong / trials.reduce((sum, { y }) => sum + y * y, 0));
}
const best = (trials: { y: number; s: number }[]): number =>
  trials.reduce((sum, { y, s }) => sum + y * s, 0) / trials.reduce((sum, { s }) => sum + s * s, 0);

describe('tanh', () => {
  it("is the engine's to 1e-14, and has its inverse", () => {
    for (let x = -6; x <= 6; x += 0.0173) {
      expect(Math.abs(tanh(x) - Math.tanh(x))).toBeLessThan(1e-14);
    }
    for (let x = -4; x <= 4; x += 0.0173) expect(Math.abs(atanh(tanh(x)) - x)).toBeLessThan(1e-10);
    expect(tanh(0)).toBe(0);
    expect(tanh(500)).toBe(1);
    expect(tanh(-500)).toBe(-1);
  });
});

describe('a bipolar Gilbert cell', () => {
  it('is linear to 1, 5 and 10 % up to the published voltages', () => {
    expect(thermalVoltage(300)).toBeCloseTo(25.852e-3, 6);
    for (const [volts, error] of [
      [9.01e-3, 0.01],
      [20.65e-3, 0.05],
      [30.19e-3, 0.1],
    ] as const) {
      const u = driveOf(volts, 1, 300);
      expect((u - tanh(u)) / u).toBeCloseTo(error, 3);
    }
  });

  it.each([
    [0.05, 70.8],
    [0.1, 58.8],
    [0.17, 49.7],
    [0.3, 39.9],
    [0.5, 31.3],
    [1, 20.6],
  ])('driven to %d · 2V_T errs by %d dB over 256 inputs', (u, published) => {
    const law = exponentialCell(u, u);
    expect(Math.abs(decibels(productError(law, 3, best)) - published)).toBeLessThan(0.6);
    // The fixed gain of a design is as good as the best one to half a decibel.
    expect(productError(law, 3, () => linearGain(law))).toBeLessThan(productError(law, 3, best) * 1.06);
  });

  it('loses 0.33 % a kelvin at each port', () => {
    const u = (temperature: number): number => driveOf(0.004, 1, temperature);
    expect((tanh(u(301)) / tanh(u(300)) - 1) * 100).toBeCloseTo(-0.33, 2);
    const law = (temperature: number): number => exponentialCell(u(temperature), u(temperature))(0.5, 0.5);
    expect((law(301) / law(300) - 1) * 100).toBeCloseTo(-0.66, 1);
    // Below threshold MOS devices have nV_T for V_T.
    expect(driveOf(0.03, 1.4, 300)).toBeCloseTo(driveOf(0.03, 1, 420), 12);
  });

  it('is one product of functions, exactly', () => {
    const law = exponentialCell(0.7, 1.3);
    const { terms, residual } = separate(law, 4);
    expect(terms).toHaveLength(1);
    expect(residual).toBeLessThan(1e-12);
    for (const [x, w] of [
      [0.3, -0.9],
      [-1, 1],
      [0.01, 0.4],
      [0, 0.5],
    ] as const)
      expect(Math.abs(terms[0]!.x(x) * terms[0]!.w(w) - Math.tanh(0.7 * x) * Math.tanh(1.3 * w))).toBeLessThan(1e-14);
    expect(terms[0]!.x(1)).toBeCloseTo(1, 14);
    expect(terms[0]!.x(-1)).toBeCloseTo(-1, 14);
  });

  it('predistorted is linear up to its residue', () => {
    const law = predistortedCell(1.1, 1.1, 0.005);
    const full = Math.tanh(1.1) ** 2;
    let worst = 0;
    for (let x = -1; x <= 1; x += 0.01) worst = Math.max(worst, Math.abs(law(x, 1) / full - x));
    expect(worst).toBeCloseTo(0.005, 4);
    expect(law(1, 1)).toBeCloseTo(full, 14);
    expect(decibels(productError(law, 3, () => linearGain(law)))).toBeGreaterThan(40);
  });
});

describe('a square-law Gilbert cell', () => {
  /** Both pairs by their equations: I₁ + I₂ = I, √I₁ − √I₂ = v/√2·… by bisection on the split. */
  const pair = (v: number, tail: number): number => {
    // (√I₁ − √I₂)·√2 = v for currents in units of I_SS and voltages of √(I_SS/β), β/2·(V_GS − V_T)² each.
    let low = -tail;
    let high = tail;
    for (let i = 0; i < 100; i++) {
      const d = (low + high) / 2;
      if (Math.SQRT2 * (Math.sqrt((tail + d) / 2) - Math.sqrt((tail - d) / 2)) < v) low = d;
      else high = d;
    }
    return (low + high) / 2;
  };

  it('has pairs that solve the equations of their devices', () => {
    for (const tail of [1, 0.6, 0.1])
      for (const v of [-2, -0.7, -0.1, 0, 0.05, 0.3, 0.8, 1.5])
        expect(squareLawPair(v, tail)).toBeCloseTo(pair(v, tail), 9);
  });

  it('multiplies: x·w for small signals', () => {
    const law = squareLawCell(0.02, 0.02);
    // √(β_x·β_w/2)·V_x·V_w in these units.
    expect(law(0.5, 0.5) / (0.01 * 0.01 * Math.SQRT1_2)).toBeCloseTo(1, 3);
    expect(law(-0.5, 0.5)).toBe(-law(0.5, 0.5));
    expect(law(0.5, 0)).toBe(0);
  });

  it('takes two products of functions: the part of its law that is in neither is small', () => {
    const law = squareLawCell(0.6, 0.7);
    const one = separate(law, 1);
    const two = separate(law, 2);
    expect(one.residual).toBeGreaterThan(3e-3);
    expect(two.residual).toBeLessThan(3e-4);
    for (const x of [-0.93, -0.4, 0.11, 0.77])
      for (const w of [-0.81, 0.23, 0.99]) {
        const sum = two.terms.reduce((total, term) => total + term.x(x) * term.w(w), 0);
        expect(Math.abs(sum - law(x, w))).toBeLessThan(4e-4 * law(1, 1));
      }
  });
});

describe('an integrated multiplier', () => {
  it('bends by no more than its datasheet has it', () => {
    expect(
      Math.max(...Array.from({ length: 201 }, (_, i) => Math.abs(bent(i / 100 - 1, 0.004) - (i / 100 - 1)))),
    ).toBeCloseTo(0.004, 6);
    const law = multiplierCell(0.004, 0.001);
    expect(law(1, -1)).toBe(-1);
    expect(linearGain(multiplierCell(0, 0))).toBeCloseTo(1, 14);
  });
});
