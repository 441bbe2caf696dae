import { describe, expect, it } from 'vitest';
import { random } from '../../../../tile-engine/testing/random.js';
import { capacitorSigma, cellVoltage, columnCapacitance, ktcVoltage, parasiticCapacitance } from './capacitors.js';
import { delayScale, energyScale, unsettled } from './supply.js';

/** 2.1·10^−2.5, arXiv 2012.13645. */
const MISMATCH = 2.1 * 10 ** -2.5;

describe('a switched capacitor', () => {
  it.each([
    [1e-15, 2.035e-3],
    [1.2e-15, 1.858e-3],
    [64e-15, 0.2544e-3],
    [1e-12, 0.0644e-3],
  ])('of %d F samples the published noise at 300 K', (capacitance, volts) => {
    expect(Math.abs(ktcVoltage(capacitance, 300) / volts - 1)).toBeLessThan(1e-3);
    expect(ktcVoltage(capacitance, 1200)).toBeCloseTo(2 * ktcVoltage(capacitance, 300), 12);
  });

  it('matches to 0.66 % at 1 fF and 0.61 % at 1.2 fF', () => {
    expect(capacitorSigma(1e-15, MISMATCH)).toBeCloseTo(0.0066, 4);
    expect(capacitorSigma(1.2e-15, MISMATCH)).toBeCloseTo(0.0061, 4);
  });
});

describe('a column', () => {
  const column = { cells: 256, capacitance: 1.2e-15, parasiticShare: 0.3, parasitic: 2.04e-15 };

  it('divides its charge by all that hangs on it', () => {
    expect(parasiticCapacitance(column)).toBeCloseTo(0.3 * 256 * 1.2e-15 + 2.04e-15, 25);
    expect(columnCapacitance(column)).toBeCloseTo(1.3 * 256 * 1.2e-15 + 2.04e-15, 25);
    // All cells driven: 1/1.3 of the supply, less the sense node's share.
    expect(256 * cellVoltage(column, 0.9)).toBeCloseTo((0.9 * 307.2) / (307.2 * 1.3 + 2.04), 6);
  });

  it.each([
    [0.6, 0.0089, 41.0],
    [1.2, 0.0061, 44.2],
    [2.4, 0.0042, 47.5],
    [10, 0.002, 53.8],
  ])('of %d fF cells errs as published by its mismatch alone: binary operands, N = 256', (femto, error, decibels) => {
    const { gaussian, uniform } = random(7);
    const sigma = capacitorSigma(femto * 1e-15, MISMATCH);
    let wrong = 0;
    let right = 0;
    for (let trial = 0; trial < 2000; trial++) {
      let charge = 0;
      let total = 0;
      let product = 0;
      for (let j = 0; j < 256; j++) {
        const capacitor = 1 + sigma * gaussian();
        const term = (uniform() < 0.5 ? -1 : 1) * (uniform() < 0.5 ? 0 : 1);
        charge += term * capacitor;
        total += capacitor;
        product += term;
      }
      const read = (charge / (1.3 * total)) * 1.3 * 256;
      wrong += (read - product) ** 2;
      right += product ** 2;
    }
    const relative = Math.sqrt(wrong / right);
    // One seed of the reference against 2000 trials: half a decibel.
    expect(Math.abs(20 * Math.log10(relative) + decibels)).toBeLessThan(0.6);
    expect(Math.abs(relative / error - 1)).toBeLessThan(0.1);
  });
});

describe('the supply', () => {
  it('scales energy as its square and delay as a power', () => {
    expect(energyScale(0.85, 1.2)).toBeCloseTo(0.5017, 4);
    // Jia: 40 MHz at 0.85 V is 100 MHz at 1.2 V, and so are 0.24 and 0.6 TOPS/mm².
    expect(delayScale(1.2, 0.85, 2.66)).toBeCloseTo(0.4, 2);
    expect(delayScale(0.7, 0.7, 1.1)).toBe(1);
  });

  it('leaves e^(−t/τ) unsettled', () => {
    expect(unsettled(3, 1)).toBeCloseTo(Math.exp(-3), 14);
    expect(unsettled(3, 0)).toBe(0);
  });
});
