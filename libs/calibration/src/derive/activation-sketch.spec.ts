import { philox4x32 } from '@ohmlight/contracts';
import { describe, expect, it } from 'vitest';
import { ActivationSketch } from './activation-sketch.js';

/** Values of a heavy-tailed law, the same in every run. */
const values = Float32Array.from({ length: 40_000 }, (_, i) => {
  const [a, b] = philox4x32([i, 0, 0, 0], [1, 2]);
  return (a % 2 ? 1 : -1) * Math.tan((Math.PI / 2) * ((b + 0.5) / 2 ** 32)) ** 0.7;
});

const exactQuantile = (all: Float32Array, share: number): number =>
  all.map(Math.abs).toSorted()[Math.ceil(share * all.length) - 1]!;

describe('ActivationSketch', () => {
  it.each([0.5, 0.9, 0.999, 0.99995])('has the quantile %f within the width of a bin', (share) => {
    for (const apart of [true, false]) {
      const sketch = new ActivationSketch(40, apart);
      sketch.add(values.subarray(0, 4000));
      sketch.add(values.subarray(4000));
      const exact = exactQuantile(values, share);
      expect(sketch.quantile(share)).toBeGreaterThanOrEqual(exact);
      expect(sketch.quantile(share)).toBeLessThanOrEqual(exact * (1 + 1 / 16));
    }
  });

  it('never exceeds the largest value, which the whole share has', () => {
    const sketch = new ActivationSketch(2, true);
    sketch.add(Float32Array.of(1, -3.3, 0, 0.5));
    expect(sketch.quantile(1)).toBe(Math.fround(3.3));
    expect([...sketch.largest]).toEqual([1, Math.fround(3.3)]);
    expect(new ActivationSketch(2, true).quantile(0.9)).toBe(0);
  });

  it('knows the quantile under scales without another pass', () => {
    const exponents = Int8Array.from({ length: 40 }, (_, c) => (c % 9) - 4);
    const scaled = values.map((value, i) => value * 2 ** -exponents[i % 40]!);
    const [sketch, direct] = [new ActivationSketch(40, true), new ActivationSketch(40, true)];
    sketch.add(values);
    direct.add(scaled);
    for (const share of [0.5, 0.99, 0.9999]) expect(sketch.quantile(share, exponents)).toBe(direct.quantile(share));
  });
});
