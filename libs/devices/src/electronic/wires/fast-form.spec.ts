import { describe, expect, it } from 'vitest';
import { random } from '../../../../tile-engine/testing/random.js';
import { currentsOf, uniformInputs, worst } from '../../../testing/tiles.js';
import { effectiveMatrix } from './effective-matrix.js';
import { fastDrop } from './fast-form.js';

describe("AIHWKIT's fast form", () => {
  it('of two inputs is its formula', () => {
    // γ = 2/10, a = 0.2·(0.5 + 0.25) = 0.15, c = 0.15·(0.15·(0.0075 − 0.2) + 0.5), positions 0 and 3/4.
    const c = 0.15 * (0.15 * (0.05 * 0.15 - 0.2) + 0.5);
    const y = fastDrop(Float64Array.of(1, -0.5), Float64Array.of(0.5, 0, 0.5, 0), 2, { gRatio: 10, irDrop: 0.8 });
    expect(y[0]).toBeCloseTo(0.25 - 0.8 * c * (0.75 * -0.25), 14);
    expect(y[1]).toBe(0);
  });

  it('is the plain product with a drop of 0, and odd in the inputs', () => {
    const { gaussian } = random(3);
    const w = Float64Array.from({ length: 300 }, gaussian);
    const x = uniformInputs(30);
    expect(fastDrop(x, w, 10, { irDrop: 0 })).toEqual(currentsOf(w, x));
    const back = fastDrop(
      x.map((value) => -value),
      w,
      10,
      { gRatio: 100 },
    );
    expect(back.map((value) => -value)).toEqual(fastDrop(x, w, 10, { gRatio: 100 }));
  });

  it.each([128, 256, 512])('of %d equal cells is what an output line of its defaults drops', (n) => {
    const w = new Float64Array(n).fill(1);
    const x = new Float64Array(n).fill(1);
    const line = effectiveMatrix(new Float64Array(n).fill(5e-6), n, 1, { inputSegment: 0, outputSegment: 0.35 });
    const exact = line.reduce((sum, siemens) => sum + siemens / 5e-6, 0);
    const drop = n - fastDrop(x, w, 1)[0]!;
    expect(Math.abs(drop / (n - exact) - 1)).toBeLessThan(0.03);
  });

  it('counts inputs from the sense node', () => {
    const n = 256;
    const g = new Float64Array(n).fill(1).map((_, i) => Number(i < n / 2));
    const w = (values: Float64Array): Float64Array =>
      effectiveMatrix(
        values.map((value) => 5e-6 * value),
        n,
        1,
        { inputSegment: 0, outputSegment: 0.35 },
      ).map((siemens) => siemens / 5e-6);
    const ones = new Float64Array(n).fill(1);
    const near = fastDrop(ones, g, 1)[0]!;
    const far = fastDrop(ones, g.toReversed(), 1)[0]!;
    expect(near).toBeGreaterThan(far);
    const exactNear = currentsOf(w(g.toReversed()), ones)[0]!;
    const exactFar = currentsOf(w(g), ones)[0]!;
    expect(worst(Float64Array.of(near, far), Float64Array.of(exactNear, exactFar))).toBeLessThan(0.03);
  });
});
