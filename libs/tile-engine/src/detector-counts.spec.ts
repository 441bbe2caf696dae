import { afterAll, describe, expect, it } from 'vitest';
import { moments, random } from '../testing/random.js';
import { normalCdf } from '../testing/statistics.js';
import { PLAIN, readOnce, uniformProgram } from '../testing/tiles.js';
import { createTileEngine } from './create-tile-engine.js';
import { exp } from './math.js';
import type { DetectorCounts, Readout } from './readout.js';

const engine = createTileEngine({ path: 'portable' });
afterAll(() => engine.close());

const fine: Readout = { ...PLAIN, input: { bits: 12, scale: { kind: 'abs-max', clip: 1 } } };
const draw = random(41);
const k = 64;
const n = 4;
const w = Float32Array.from({ length: n * k }, () => 2 * draw.uniform() - 1);
const x = Float32Array.from({ length: k }, (_, i) => (i === 0 ? 1 : draw.uniform()));
const draws = 6_000;

/** Outputs of the same row at many positions, by column, less the noiseless ones. */
function noise(shot: DetectorCounts, magnitudes?: Float32Array): Float64Array[] {
  const batch = {
    rows: draws,
    x: Float32Array.from({ length: draws * k }, (_, i) => x[i % k]!),
    seeds: new BigUint64Array(draws).fill(5n),
    positions: Uint32Array.from({ length: draws }, (_, row) => row),
  };
  const program = uniformProgram(w, k, n, k, { ...fine, shot });
  const { y } = readOnce(engine, magnitudes ? { ...program, magnitudes } : program, batch);
  return Array.from({ length: n }, (_, c) =>
    Float64Array.from({ length: draws }, (_, row) => y[row * n + c]! - signal(c)),
  );
}
const sum = (of: (weight: number, input: number) => number, column: number): number =>
  x.reduce((total, input, i) => total + of(w[column * k + i]!, input), 0);
const signal = (column: number): number => sum((a, b) => a * b, column);
const product = (column: number): number => sum((a, b) => Math.abs(a * b), column);

describe('detectors that count', () => {
  it.each([
    ['few photons, by Poisson', 0.2, 50],
    ['many photons, by Poisson and Gauss', 4, 50],
    ['many photons, by Gauss', 4, 0],
  ])('have the variance Σ|w||x| of two rails with %s', (_, gain, poissonBelow) => {
    const shot = { gain, dark: 0, power: 0, product: gain, poissonBelow };
    noise(shot).forEach((values, column) => {
      const { mean, variance } = moments(values);
      const law = product(column) / gain;
      // Four standard errors, the fourth moment of counts, and steps of codes.
      expect(Math.abs(mean)).toBeLessThan(4 * Math.sqrt(law / draws) + 0.01);
      expect(Math.abs(variance / law - 1)).toBeLessThan(4 * Math.sqrt((2 + 1 / gain) / draws) + 0.01);
    });
  });

  it('add dark counts and the power of the inputs', () => {
    const shot = { gain: 3, dark: 7, power: 2, product: 0, poissonBelow: 0 };
    const law = (7 + 2 * x.reduce((total, value) => total + value * value, 0)) / 9;
    for (const values of noise(shot))
      expect(Math.abs(moments(values).variance / law - 1)).toBeLessThan(4 * Math.sqrt(2 / draws) + 0.01);
  });

  it('count magnitudes of their own where a program states them', () => {
    const shot = { gain: 3, dark: 0, power: 0, product: 3, poissonBelow: 0 };
    const law = x.reduce((total, value) => total + value / 2, 0) / 3;
    for (const values of noise(shot, new Float32Array(n * k).fill(0.5)))
      expect(Math.abs(moments(values).variance / law - 1)).toBeLessThan(4 * Math.sqrt(2 / draws) + 0.01);
  });

  it('are whole photons where there are few', () => {
    const shot = { gain: 0.2, dark: 0, power: 0, product: 0.2, poissonBelow: 50 };
    noise(shot).forEach((values, column) => {
      for (const value of values.subarray(0, 50)) {
        const count = (value + signal(column)) * 0.2;
        expect(Math.abs(count - Math.round(count))).toBeLessThan(1e-3);
      }
    });
  });

  it('refuse counts below 0 and magnitudes below 0', () => {
    const shot = { gain: 1, dark: -1, power: 0, product: 0, poissonBelow: 0 };
    const refused = expect.objectContaining({ code: 'invalid_shard' });
    expect(() => engine.programTiles(uniformProgram(w, k, n, k, { ...fine, shot }))).toThrow(refused);
    const program = { ...uniformProgram(w, k, n, k, fine), magnitudes: new Float32Array(n * k).fill(-1) };
    expect(() => engine.programTiles(program)).toThrow(refused);
  });
});

describe('the Gaussian in the place of Poisson counts', () => {
  /** Largest distance of the CDF of a mean's counts from the Gaussian's, half a count added. */
  function gap(mean: number): number {
    let probability = exp(-mean);
    let cumulative = 0;
    let most = 0;
    for (let count = 0; count < 4 * mean + 40; count++) {
      cumulative += probability;
      most = Math.max(most, Math.abs(cumulative - normalCdf((count + 0.5 - mean) / Math.sqrt(mean))));
      probability *= mean / (count + 1);
    }
    return most;
  }

  it('is off by 0.0091 at 50 photons and by 0.029 at 5', () => {
    expect(gap(50)).toBeCloseTo(0.0091, 3);
    expect(gap(5)).toBeCloseTo(0.029, 3);
  });
});
