import { describe, expect, it } from 'vitest';
import { adcEnergy } from './adc-energy.js';

describe('energy of a conversion', () => {
  // Values of the model's own code at 100 MS/s, in pJ, for 4, 6, 8, 10 and 12 bits.
  it.each([
    [7, [0.053, 0.0612, 0.0984, 0.19, 1.6685]],
    [14, [0.1952, 0.2251, 0.3622, 0.6995, 6.142]],
    [22, [0.4567, 0.5266, 0.8472, 1.6363, 14.37]],
    [32, [0.9237, 1.0651, 1.7137, 3.3097, 29.06]],
    [65, [3.5007, 4.0364, 6.4945, 12.543, 110.1]],
    [130, [12.886, 14.857, 23.905, 46.168, 405.3]],
  ])('at %d nm is that of the published model', (node, picojoules) => {
    picojoules.forEach((expected, i) => {
      const energy = adcEnergy(4 + 2 * i, 100e6, node) * 1e12;
      expect(Math.abs(energy / expected - 1)).toBeLessThan(0.002);
    });
  });

  it('rises with the rate where the rate binds', () => {
    expect(adcEnergy(8, 1.28e9, 32) * 1e12).toBeCloseTo(1.9292, 3);
  });

  it('takes fewer than four bits for four', () => {
    expect(adcEnergy(3, 100e6, 32)).toBe(adcEnergy(4, 100e6, 32));
  });
});
