import { describe, expect, it } from 'vitest';
import { adcRange, channelExponents, channelScale, nearestStep, scaledRow } from './ranges.js';

describe('channelExponents', () => {
  const inputs = Float32Array.of(8, 1, 1, 0.5);
  const weights = Float32Array.of(1, 1, 4, 1);

  it('is max|x|^λ / max|w|^(1−λ) over its geometric mean, to the nearest power of two', () => {
    // λ ½: √(8/1), √(1/1), √(1/4), √(0.5/1) = 2^1.5, 1, 2^−1, 2^−0.5; their mean exponent is 0.
    expect([...channelExponents(inputs, weights, 0.5)]).toEqual([2, 0, -1, 0]);
    // λ 1: 8, 1, 1, ½, mean exponent ½.
    expect([...channelExponents(inputs, weights, 1)]).toEqual([3, 0, 0, -1]);
  });

  it('leaves channels alone that are never driven or drive nothing', () => {
    expect([...channelExponents(Float32Array.of(0, 4, 1), Float32Array.of(1, 0, 1), 0.5)]).toEqual([0, 0, 0]);
  });

  it('keeps to exponents of 12', () => {
    expect([...channelExponents(Float32Array.of(2 ** 60, 2 ** -60), Float32Array.of(1, 1), 1)]).toEqual([12, -12]);
  });
});

describe('scales and ranges', () => {
  it('scale weights and inputs so that no product changes a bit', () => {
    const exponents = Int8Array.of(3, -12, 0, 12);
    const w = Float32Array.of(0.1, -0.37, 1e-3, 7.7);
    const x = Float32Array.of(3.3, 0.21, -19, 1e-2);
    const scaledW = scaledRow(w, exponents);
    const scaledX = scaledRow(x, exponents, -1);
    expect([...scaledW].map((value, i) => Math.fround(value * scaledX[i]!))).toEqual(
      [...w].map((value, i) => Math.fround(value * x[i]!)),
    );
    expect([...channelScale(exponents)]).toEqual([8, 2 ** -12, 1, 4096]);
  });

  it('are steps of 3 dB', () => {
    expect(20 * Math.log10(adcRange(7) / adcRange(6))).toBeCloseTo(3.01, 2);
    for (const step of [-128, -3, 0, 9, 127]) expect(nearestStep(adcRange(step))).toBe(step);
    expect([nearestStep(20), nearestStep(1e30), nearestStep(1e-30)]).toEqual([9, 127, -128]);
  });
});
