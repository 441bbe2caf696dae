import { describe, expect, it } from 'vitest';
import { batchOf, exactProduct, random, relativeError } from '../../../../tile-engine/testing/random.js';
import { programmed } from '../../../testing/optical.js';
import { adcEnergy, dacEnergy } from './converters.js';

describe('converters of an optical array', () => {
  const k = 1024;
  const n = 128;
  const draw = random(6);
  const weights = draw.gaussians(n * k, 0.05);
  const rows = 64;
  const x = draw.gaussians(rows * k);

  it.each([
    [4, 16.8],
    [6, 28.83],
    [8, 40.53],
  ])('of %d bits over ±4 rms leave %d dB of signal to rounding: 6.02b − 7.27', (adc_bits, decibels) => {
    const values = { input_bits: 12, weight_bits: 0, adc_bits, adc_range_by: 'norms', adc_range: 4 };
    const { y } = programmed('optical-converters', values, weights, k).execute(batchOf(x, rows));
    const ratio = -20 * Math.log10(relativeError(y, exactProduct(weights, x, rows, k, n)));
    // Codes reach one step less above than below: 0.2 dB at 4 bits.
    expect(Math.abs(ratio - decibels)).toBeLessThan(0.3);
  });

  // SimPhony, and the comment of Lightening-Transformer, have 2^b/(b + 1); its code has 2^b/b.
  it('take 3.57 pJ of a DAC and 1.48 pJ of an ADC at 8 bit, by the laws that the code has', () => {
    const dac = { dac_power: 50e-3, dac_rate: 14e9 };
    expect(dacEnergy(dac, 8) * 1e12).toBeCloseTo(3.57, 2);
    expect(dacEnergy(dac, 4) / dacEnergy(dac, 8)).toBeCloseTo(2 ** 4 / 4 / (2 ** 8 / 8), 12);
    expect(dacEnergy(dac, 0)).toBe(0);
    const adc = { adc_power: 14.8e-3, adc_rate: 10e9 };
    expect(adcEnergy(adc, 8) * 1e12).toBeCloseTo(1.48, 2);
    expect(adcEnergy(adc, 4) / adcEnergy(adc, 8)).toBe(0.5);
  });
});
