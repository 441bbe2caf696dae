import { describe, expect, it } from 'vitest';
import { random } from '../../../../tile-engine/testing/random.js';
import { jitterVariance } from '../phase-mask/phases.js';
import { lightOfRails } from './rails.js';

const COLUMNS = 32;
const ROWS = 8;

/** rms over columns and rows of how far the variance by rank one is off the exact one, in percent. */
function difference(inputs: number, outlier: number, of: (v: number) => number, power: 1 | 2): number {
  const draw = random(inputs);
  const columns = Array.from({ length: COLUMNS }, () => {
    const column = draw.gaussians(inputs);
    const largest = Math.max(...column.map(Math.abs));
    const light = Float64Array.from(column, (value) => of(value / largest));
    return { light, mean: light.reduce((sum, value) => sum + value, 0) / inputs };
  });
  let squares = 0;
  for (let row = 0; row < ROWS; row++) {
    const x = draw.gaussians(inputs).map((value, j) => Math.abs(j % 100 === 0 ? outlier * value : value) ** power);
    const all = x.reduce((sum, value) => sum + value, 0);
    for (const { light, mean } of columns)
      squares += ((mean * all) / light.reduce((sum, value, j) => sum + value * x[j]!, 0) - 1) ** 2;
  }
  return 100 * Math.sqrt(squares / COLUMNS / ROWS);
}

const phase = jitterVariance(0.01);
const shot = (v: number): number => lightOfRails(v, { dark: 10 ** -1.2, leak: 0.005 });

// The table of docs/reference/optical.md: Gaussian inputs, and every hundredth of them thirty times larger.
describe('variance by rank one', () => {
  it.each([
    [256, [1.8, 12, 2.5, 7.5]],
    [1024, [0.58, 4.8, 1.1, 4.2]],
    [4096, [0.25, 2.4, 0.56, 1.9]],
  ])('of %d inputs is off by %j %% of the exact one', (inputs, percent) => {
    const measured = [
      difference(inputs, 1, phase, 2),
      difference(inputs, 30, phase, 2),
      difference(inputs, 1, shot, 1),
      difference(inputs, 30, shot, 1),
    ];
    expect(measured.map((value) => Number(value.toPrecision(2)))).toEqual(percent);
  });
});
