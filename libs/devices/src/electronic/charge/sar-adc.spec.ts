import { describe, expect, it } from 'vitest';
import { random } from '../../../../tile-engine/testing/random.js';
import { nonlinearityRms, sarAdc, sarConvert } from './sar-adc.js';

describe('a successive-approximation converter', () => {
  it('without errors rounds to the nearest code', () => {
    const adc = sarAdc(6, 0, () => 0);
    for (let v = -0.02; v < 1.02; v += 0.0013)
      expect(sarConvert(adc, v)).toBe(Math.max(0, Math.min(63, Math.round(v * 64))));
  });

  it('has the nonlinearity of its units: σ·√(2^b/6) steps over all codes', () => {
    const bits = 8;
    const sigma = 0.02;
    const { gaussian } = random(3);
    let squares = 0;
    const chips = 400;
    for (let chip = 0; chip < chips; chip++) {
      const { weights } = sarAdc(bits, sigma, gaussian);
      for (let code = 0; code < 256; code++) {
        const level = weights.reduce((sum, weight, i) => sum + ((code >> (bits - 1 - i)) & 1) * weight, 0);
        squares += (level * 256 - code) ** 2 / 256 / chips;
      }
    }
    expect(Math.abs(Math.sqrt(squares) / nonlinearityRms(bits, sigma) - 1)).toBeLessThan(0.06);
  });

  it('errs as rounding after noise of the same size does: what the readout takes it for', () => {
    const bits = 8;
    const { gaussian, uniform } = random(5);
    const sigma = 0.04;
    const comparator = 0.4;
    let squares = 0;
    const count = 40_000;
    for (let chip = 0; chip < 200; chip++) {
      const adc = sarAdc(bits, sigma, gaussian);
      for (let i = 0; i < count / 200; i++) {
        const v = uniform() * 255;
        // One sample of the comparator's noise for each conversion, as noise at the input is.
        const noise = (comparator * gaussian()) / 256;
        squares += (sarConvert(adc, v / 256, () => noise) - v) ** 2 / count;
      }
    }
    const taken = comparator ** 2 + nonlinearityRms(bits, sigma) ** 2 + 1 / 12;
    expect(Math.abs(Math.sqrt(squares / taken) - 1)).toBeLessThan(0.04);
  });

  it('errs no more when each decision draws noise of its own', () => {
    const { gaussian, uniform } = random(6);
    const adc = sarAdc(8, 0, () => 0);
    let squares = 0;
    for (let i = 0; i < 20_000; i++) {
      const v = uniform() * 255;
      squares += (sarConvert(adc, v / 256, () => (0.4 * gaussian()) / 256) - v) ** 2 / 20_000;
    }
    expect(Math.sqrt(squares)).toBeLessThan(1.15 * Math.sqrt(0.4 ** 2 + 1 / 12));
  });
});
