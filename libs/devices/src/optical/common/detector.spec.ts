import { describe, expect, it } from 'vitest';
import { random } from '../../../../tile-engine/testing/random.js';
import {
  bandwidthOf,
  darkCounts,
  electronicNoise,
  relativeIntensity,
  shotCurrent,
  thermalCurrent,
} from './detector.js';
import { detectedPhotons, laserPowerFor, photonEnergy, quantumEfficiency } from './link-budget.js';

const detector = {
  responsivity: 1,
  dark_current: 25e-9,
  load_resistance: 166,
  integration_capacitance: 0,
  read_noise: 0,
  temperature: 300,
};

describe('the currents of a detector at 20 GHz', () => {
  it('are 1.41 µA of a 166 Ω load and 2.53 µA of 1 mA of photocurrent', () => {
    expect(thermalCurrent(166, 300, 20e9) * 1e6).toBeCloseTo(1.41, 2);
    expect(shotCurrent(1e-3, 20e9) * 1e6).toBeCloseTo(2.53, 2);
  });

  it('fluctuate with a laser of −150 dB/Hz by 0.45 %, by 0.22 % at 5 GHz', () => {
    expect(relativeIntensity(-150, 20e9) * 100).toBeCloseTo(0.45, 2);
    expect(relativeIntensity(-150, 5e9) * 100).toBeCloseTo(0.22, 2);
  });
});

describe('the same in electrons of a reading', () => {
  const seconds = 25e-12;
  const q = 1.602176634e-19;

  it('is the current times T/q at B = 1/(2T)', () => {
    expect(bandwidthOf(seconds)).toBe(20e9);
    expect(electronicNoise(detector, seconds)).toBeCloseTo((thermalCurrent(166, 300, 20e9) * seconds) / q, 6);
    // Shot noise: √n electrons of n, whichever way it is written.
    const electrons = (1e-3 * seconds) / q;
    expect((shotCurrent(1e-3, 20e9) * seconds) / q / Math.sqrt(electrons)).toBeCloseTo(1, 12);
    expect(darkCounts(detector, seconds)).toBeCloseTo((25e-9 * seconds) / q, 9);
  });

  it('adds reset and read noise: 28.4 electrons of 5 fF', () => {
    const integrator = { ...detector, load_resistance: 0, integration_capacitance: 5e-15 };
    expect(electronicNoise(integrator, seconds)).toBeCloseTo(28.4, 1);
    expect(electronicNoise({ ...integrator, read_noise: 10 }, seconds)).toBeCloseTo(Math.hypot(28.4, 10), 1);
    expect(electronicNoise({ ...integrator, integration_capacitance: 0 }, seconds)).toBe(0);
  });

  // Photontorch adds white samples of variance 4kTB/R and filters them to B then: a quarter of the variance is left.
  it('keeps its variance after the filter that makes the bandwidth', () => {
    const { gaussian } = random(5);
    const bandwidth = 20e9;
    const rate = 160e9;
    const steps = 400_000;
    // White noise of the density 4kT/R has the variance density·rate/2 in samples; a box of T = 1/(2B) leaves B.
    const density = thermalCurrent(166, 300, 1) ** 2;
    const window = rate / (2 * bandwidth);
    let power = 0;
    for (let block = 0; block < steps / window; block++) {
      let sum = 0;
      for (let i = 0; i < window; i++) sum += gaussian() * Math.sqrt((density * rate) / 2);
      power += (sum / window) ** 2;
    }
    const variance = power / (steps / window);
    // Four standard errors.
    expect(Math.abs(variance / thermalCurrent(166, 300, bandwidth) ** 2 - 1)).toBeLessThan(
      4 * Math.sqrt(2 / (steps / window)),
    );
  });
});

describe('the link budget', () => {
  it('knows photons and their detection', () => {
    expect(photonEnergy(1.55e-6) * 1e19).toBeCloseTo(1.28, 2);
    expect(photonEnergy(1.31e-6) * 1e19).toBeCloseTo(1.52, 2);
    expect(quantumEfficiency(1, 1.55e-6)).toBeCloseTo(0.8, 3);
  });

  it('counts the photons that are left: power·loss·efficiency/energy', () => {
    const link = { laser_power: 1e-3, link_loss: 10, responsivity: 1 };
    const expected = ((1e-3 / photonEnergy(1.55e-6)) * 0.1 * quantumEfficiency(1, 1.55e-6)) / 1e9;
    expect(detectedPhotons(link, 1e-9) / expected).toBeCloseTo(1, 12);
  });

  // SimPhony reads a key that its files do not have: its laser feeds one of H·W = 144 outputs.
  it('feeds every output: a laser for 144 outputs has 144 times the power of one for one', () => {
    const link = { link_loss: 6.22, responsivity: 1 };
    const one = laserPowerFor(1000, 1, link, 1e-9);
    expect(laserPowerFor(1000, 1 / 144, link, 1e-9) / one).toBeCloseTo(144, 9);
    expect(detectedPhotons({ ...link, laser_power: one }, 1e-9)).toBeCloseTo(1000, 6);
  });
});
