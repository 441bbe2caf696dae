import { describe, expect, it } from 'vitest';
import { ulps, values } from '../../testing/f32.js';
import { geluErf, geluTanh, silu } from './reference/activation.js';
import { exp } from './reference/exp.js';
import { layerNorm, rmsNorm } from './reference/norm.js';
import { sum } from './reference/sum.js';

const f32 = Math.fround;
const grid = (from: number, to: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => f32(from + ((to - from) * i) / count));
const worst = (points: readonly number[], error: (x: number) => number): number =>
  points.reduce((most, x) => Math.max(most, error(x)), 0);

describe('exp', () => {
  it('is within 1 ulp from −86.9 to 88.72', () => {
    const error = (x: number): number => ulps(exp(x), Math.exp(x));
    expect(worst(grid(-86.9, 88.72, 400_000), error)).toBeLessThan(1);
    expect(worst(grid(-0.36, 0.36, 200_000), error)).toBeLessThan(1);
    expect(worst([1e-45, -1e-40, 1e-20, 88.722, -86.9].map(f32), error)).toBeLessThan(1);
  });

  it('never falls as x grows', () => {
    const points = grid(-87, 89, 300_000).map(exp);
    expect(points.every((y, i) => i === 0 || y >= points[i - 1]!)).toBe(true);
  });

  it('is exact at 0, 0 far below, ∞ far above, NaN for NaN', () => {
    expect([0, -0, -86.91, -1e30, -Infinity, 88.7229, Infinity, NaN].map((x) => exp(f32(x)))).toEqual([
      1,
      1,
      0,
      0,
      0,
      Infinity,
      Infinity,
      NaN,
    ]);
  });
});

describe('activations', () => {
  it('SiLU is within 4 ulps of x / (1 + e^−x)', () => {
    const exact = (x: number): number => x / (1 + Math.exp(-x));
    expect(worst(grid(-80, 80, 200_001), (x) => ulps(silu(x), exact(x)))).toBeLessThan(4);
  });

  it('GELU (tanh) is within 4 ulps above 0 and 1e-7 below', () => {
    const exact = (x: number): number => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
    expect(worst(grid(0.001, 20, 100_000), (x) => ulps(geluTanh(x), exact(x)))).toBeLessThan(4);
    expect(worst(grid(-20, 0, 100_000), (x) => Math.abs(geluTanh(x) - exact(x)))).toBeLessThan(1e-7);
  });

  it('GELU (erf) is within 5e-7 · max(1, |x|)', () => {
    // Φ(x) − ½ as its power series, exact enough for |x| ≤ 5.
    const exact = (x: number): number => {
      let [term, total] = [x, x];
      for (let n = 1; n < 120; n++) {
        term *= (-x * x) / (2 * n);
        total += term / (2 * n + 1);
      }
      return x * (0.5 + total / Math.sqrt(2 * Math.PI));
    };
    const error = (x: number): number => Math.abs(geluErf(x) - exact(x)) / Math.max(1, Math.abs(x));
    expect(worst(grid(-5, 5, 50_001), error)).toBeLessThan(5e-7);
    expect(geluErf(30)).toBe(30);
    expect(geluErf(-30)).toBe(-0);
  });

  it('at 0, ∞ and NaN are what the formulas give', () => {
    for (const activation of [silu, geluTanh, geluErf]) {
      expect([0, -0, Infinity, NaN, -Infinity].map(activation)).toEqual([0, -0, Infinity, NaN, NaN]);
      // Far below 0 the exponential is ∞ and the quotient −0; no value is lost to NaN.
      expect(activation(-1e30)).toBe(-0);
      expect(activation(f32(1e-45))).toBeLessThanOrEqual(f32(1e-45));
    }
  });
});

describe('norms', () => {
  const exactRms = (x: Float32Array, epsilon: number): number =>
    1 / Math.sqrt(x.reduce((total, value) => total + value * value, 0) / x.length + epsilon);

  it('RMSNorm is within 1e-6 of its closed form, for any width and size', () => {
    for (const [width, sigma] of [
      [7, 1],
      [256, 1e-3],
      [1000, 50],
      [4096, 1],
    ] as const) {
      const x = values(width, width, sigma);
      const scale = exactRms(x, 1e-5);
      const got = rmsNorm(x, new Float32Array(width).fill(1), 1e-5);
      expect(worst([...x.keys()], (i) => Math.abs(got[i]! - x[i]! * scale) / Math.abs(x[i]! * scale))).toBeLessThan(
        1e-6,
      );
    }
  });

  it('LayerNorm is within 2e-5 of its closed form, far from zero as well', () => {
    const x = values(1, 300).map((value) => f32(value + 10));
    const mean = x.reduce((total, value) => total + value, 0) / 300;
    const scale = exactRms(
      Float32Array.from(x, (value) => value - mean),
      1e-5,
    );
    const [weight, bias] = [values(2, 300), values(3, 300)];
    const got = layerNorm(x, weight, bias, 1e-5);
    const exact = (i: number): number => (x[i]! - mean) * scale * weight[i]! + bias[i]!;
    expect(worst([...x.keys()], (i) => Math.abs(got[i]! - exact(i)))).toBeLessThan(2e-5);
  });

  it('of a zero row is zero, or the bias', () => {
    const zeros = new Float32Array(9);
    const ones = new Float32Array(9).fill(1);
    expect(rmsNorm(zeros, ones, 1e-5)).toEqual(zeros);
    expect(layerNorm(zeros, ones, ones, 1e-5)).toEqual(ones);
    // ε alone keeps a row of subnormals finite.
    expect(
      rmsNorm(
        zeros.map(() => 1e-45),
        ones,
        1e-5,
      ).every((value) => value < 1e-42),
    ).toBe(true);
  });

  it('of a row whose squares overflow is zero; of one with NaN or ∞, NaN', () => {
    const ones = new Float32Array(4).fill(1);
    expect([...rmsNorm(Float32Array.of(1e30, 1, -1, 0), ones, 1e-5)]).toEqual([0, 0, -0, 0]);
    expect([...rmsNorm(Float32Array.of(Infinity, 1, -1, 0), ones, 1e-5)]).toEqual([NaN, 0, -0, 0]);
    expect(rmsNorm(Float32Array.of(NaN, 1, 1, 1), ones, 1e-5).every(Number.isNaN)).toBe(true);
    for (const spoilt of [NaN, Infinity])
      expect(layerNorm(Float32Array.of(spoilt, 1, 1, 1), ones, ones, 1e-5).every(Number.isNaN)).toBe(true);
  });
});

it('a sum takes value i into lane i mod 16 and folds the lanes in halves', () => {
  expect(sum([])).toBe(0);
  expect(sum(Array.from({ length: 100 }, (_, i) => i))).toBe(4950);
  // 2²⁴ + 1 + 1 is 2²⁴ in order; two ones that meet first are kept.
  const row = new Float32Array(13);
  row[0] = 2 ** 24;
  row[4] = 1;
  row[12] = 1;
  expect(sum(row)).toBe(2 ** 24 + 2);
  const inOrder = new Float32Array(33);
  inOrder.set([2 ** 24], 0);
  inOrder.set([1], 16);
  inOrder.set([1], 32);
  expect(sum(inOrder)).toBe(2 ** 24);
});
