import { describe, expect, it } from 'vitest';
import { random } from '../../../../tile-engine/testing/random.js';
import { haar, MeshMaker } from '../../../testing/mesh.js';
import { correctedRealError, programmingError, realWeightError, weightLossError } from './closed-forms.js';
import type { Unreachable } from './configure.js';
import { Crosstalk } from './crosstalk.js';
import { type Imperfections, PERFECT } from './imperfections.js';
import { latticeOf } from './lattice.js';
import { NORMALS } from './mesh.js';
import { meanPath, shiftersOf, WeightArray } from './weight-array.js';

/** Mean of ‖Re ΔW‖²/‖W‖² over arrays of Gaussian weights. */
function weightErrors(
  n: number,
  imperfections: Partial<Imperfections>,
  draws: number,
  unreachable?: Unreachable,
): number {
  const { gaussian } = random(n);
  const array = new WeightArray(n, { ...PERFECT, ...imperfections }, unreachable);
  const columns = new Float64Array(n * n);
  const error = new Float64Array(n * n);
  const z = new Float32Array(NORMALS * array.cells);
  let sum = 0;
  for (let trial = 0; trial < draws; trial++) {
    for (let i = 0; i < n * n; i++) columns[i] = gaussian();
    for (let i = 0; i < z.length; i++) z[i] = gaussian();
    array.program(columns, z, error);
    sum += error.reduce((all, e) => all + e * e, 0) / columns.reduce((all, w) => all + w * w, 0) / draws;
  }
  return sum;
}

describe('an array of two meshes and attenuators', () => {
  it('gives its matrix back where nothing errs but a loss of nothing', () => {
    for (const n of [4, 16, 64]) expect(Math.sqrt(weightErrors(n, { loss: 1e-14 }, 3))).toBeLessThan(1e-12);
  });

  it('leaves weights untouched where nothing errs at all', () => {
    expect(weightErrors(8, {}, 3)).toBe(0);
    expect(weightErrors(8, { crosstalk: Crosstalk.neighbours(latticeOf(8), 0.1), crosstalkLeft: 0 }, 3)).toBe(0);
  });

  it.each([16, 32])('of %d modes errs by √2·E in amplitude', (n) => {
    const draw = random(n);
    const maker = new MeshMaker(n, { phaseError: 0.01, splitterError: 0.01 }, draw);
    const draws = 1000 / n;
    let [error, power] = [0, 0];
    for (let trial = 0; trial < draws; trial++) {
      const [u, v] = [haar(n, draw, 'real'), haar(n, draw, 'real')];
      const sigma = Float64Array.from({ length: n }, () => draw.uniform());
      const [a, b] = [maker.matrixOf(u), maker.matrixOf(v)];
      for (let i = 0; i < n; i++)
        for (let j = 0; j < n; j++) {
          let [re, im, exact] = [0, 0, 0];
          for (let k = 0; k < n; k++) {
            const [x, y] = [i * n + k, k * n + j];
            exact += u.re[x]! * sigma[k]! * v.re[y]!;
            re += sigma[k]! * (a.re[x]! * b.re[y]! - a.im[x]! * b.im[y]!);
            im += sigma[k]! * (a.re[x]! * b.im[y]! + a.im[x]! * b.re[y]!);
          }
          error += (re - exact) ** 2 + im ** 2;
          power += exact ** 2;
        }
    }
    expect(Math.abs(error / power / (2 * programmingError(n, 0.01, 0.01)) - 1)).toBeLessThan(0.06);
  });

  it.each([
    [16, 100],
    [32, 20],
    [64, 5],
  ])('of %d modes shows a quarter of the power of phase errors in the real part', (n, draws) => {
    const error = weightErrors(n, { phaseError: 0.01 }, draws);
    expect(Math.abs(error / realWeightError(n, 0.01, 0) - 1)).toBeLessThan(0.1);
    expect(Math.abs(error / (programmingError(n, 0.01, 0) / 2) - 1)).toBeLessThan(0.1);
  });

  it.each([
    [16, 100],
    [32, 20],
    [64, 5],
  ])('of %d modes shows splitter errors in second order alone, less after self-configuration', (n, draws) => {
    const bare = weightErrors(n, { splitterError: 0.01 }, draws);
    expect(Math.abs(bare / realWeightError(n, 0, programmingError(n, 0, 0.01)) - 1)).toBeLessThan(0.2);
    const mended = weightErrors(n, { splitterError: 0.01, selfConfigured: true }, draws);
    // Three times the error that closest splits would have, but in the other quadrature.
    const law = realWeightError(n, 0, 3 * correctedRealError(n, 0.01));
    expect(Math.sqrt(mended)).toBeLessThan(1.8 * Math.sqrt(law));
    expect(mended).toBeLessThan(bare / 50);
    expect(mended).toBeLessThan(correctedRealError(n, 0.01) / 20);
  });

  it('errs more by the closest splits than by the phases of ideal splitters, where real splits are out of reach', () => {
    const made = { splitterError: 0.01, selfConfigured: true };
    expect(weightErrors(16, made, 100, 'nearest')).toBeGreaterThan(100 * weightErrors(16, made, 100));
    expect(weightErrors(16, made, 100, 'nearest')).toBeGreaterThan(weightErrors(16, { splitterError: 0.01 }, 100));
  });

  it.each([8, 16, 32])('of %d modes errs by unbalanced loss as 1.6·a²·(log₂N − 2)', (n) => {
    expect(Math.abs(weightErrors(n, { loss: 0.1 }, 1600 / n) / weightLossError(n, 0.1) - 1)).toBeLessThan(0.15);
  });

  it('meets 2(N − 1) + 1 interferometers on average, and holds 2N² + N phases', () => {
    expect([meanPath(16), shiftersOf(16)]).toEqual([31, 528]);
    const { first, last, attenuators } = new WeightArray(16, PERFECT);
    expect(first.set.all.length + last.set.all.length + attenuators.theta.length).toBe(shiftersOf(16));
  });

  it('takes cross-talk from heat that is not set for, and little of it once it is', () => {
    const crosstalk = Crosstalk.neighbours(latticeOf(16), 0.01);
    expect(Math.sqrt(weightErrors(16, { crosstalk, crosstalkLeft: 1 }, 10))).toBeGreaterThan(1);
    expect(Math.sqrt(weightErrors(16, { crosstalk, crosstalkLeft: 0.05 }, 10))).toBeLessThan(0.03);
  });
});
