import { poisson } from '@ohmlight/tile-engine';
import { describe, expect, it } from 'vitest';
import { moments, random } from '../../../../tile-engine/testing/random.js';
import {
  balancedPorts,
  fourSteps,
  fromBalanced,
  fromFourSteps,
  fromThreeExposures,
  intensity,
  interference,
  threeExposures,
} from './recovery.js';

const draw = random(12);
const x = Array.from({ length: 16 }, () => draw.gaussian());
const phases = x.map(() => Math.PI * (2 * draw.uniform() - 1));
const s = interference(x, phases);
const exact = x.reduce((sum, value, j) => sum + value * Math.cos(phases[j]!), 0);

/** A count of a mean: Poisson's to 500, a sum of such above. */
function count(mean: number): number {
  let total = 0;
  for (let rest = mean; rest > 0; rest -= 400)
    total += poisson(Math.min(400, rest), Math.floor(draw.uniform() * 2 ** 32), Math.floor(draw.uniform() * 2 ** 32));
  return total;
}

describe('|Σ E·e^(iφ)|²', () => {
  it('is blind to the sign of its inputs', () => {
    expect(
      intensity(
        interference(
          x.map((value) => -value),
          phases,
        ),
      ),
    ).toBeCloseTo(intensity(s), 12);
  });

  it('is a signed product against a reference, in every form', () => {
    expect(s.re).toBeCloseTo(exact, 12);
    expect(fromBalanced(...balancedPorts(s, 20), 20)).toBeCloseTo(exact, 12);
    const steps = fromFourSteps(fourSteps(s, 20), 20);
    expect(steps.re).toBeCloseTo(exact, 12);
    expect(steps.im).toBeCloseTo(s.im, 12);
    expect(fromThreeExposures(threeExposures(s, 20), 20)).toBeCloseTo(exact, 12);
  });

  it.each([20, 100])('has the variance (|S|² + R²)/(4R²) in balanced detection with R = %d', (reference) => {
    const draws = reference === 20 ? 20_000 : 3_000;
    const [n1, n2] = balancedPorts(s, reference);
    const values = Float64Array.from({ length: draws }, () => fromBalanced(count(n1), count(n2), reference));
    const law = (intensity(s) + reference ** 2) / (4 * reference ** 2);
    const { mean, variance } = moments(values);
    expect(Math.abs(mean - exact)).toBeLessThan(4 * Math.sqrt(law / draws));
    // Four standard errors.
    expect(Math.abs(variance / law - 1)).toBeLessThan(4 * Math.sqrt(2 / draws));
  });

  it('comes to ¼ of a photon with a strong reference: .3326, .2533, .2500 where |S|² is 132', () => {
    const law = (reference: number): number => (132 + reference ** 2) / (4 * reference ** 2);
    expect(law(20)).toBeCloseTo(0.3326, 3);
    expect(law(100)).toBeCloseTo(0.2533, 3);
    expect(law(1000)).toBeCloseTo(0.25, 4);
  });

  it('has twice that without a reference beam', () => {
    const anchor = 20;
    const exposures = threeExposures(s, anchor);
    const draws = 10_000;
    const values = Float64Array.from({ length: draws }, () => {
      const [both, inputs, alone] = exposures;
      return fromThreeExposures([count(both), count(inputs), count(alone)], anchor);
    });
    const law = (2 * intensity(s) + 2 * anchor ** 2 + 2 * anchor * s.re) / (4 * anchor ** 2);
    expect(Math.abs(moments(values).variance / law - 1)).toBeLessThan(4 * Math.sqrt(2 / draws));
    expect((2 * 1e6 ** 2) / (4 * 1e6 ** 2)).toBe(0.5);
  });
});
