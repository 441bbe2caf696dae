import { describe, expect, it } from 'vitest';
import { closedLoopBandwidth, finiteGain, noiseGain, outputNoise, settlingTime, thermalNoise } from './amplifier.js';
import { clampOutput, diodeInput, diodeOutput, superDiodeOutput } from './rectifier.js';
import { ageOf, type CapacitorStore, holdTime, storedWeight, writeNoise } from './storage.js';
import { treeOf, type TreeDesign } from './tree.js';

const amplifier = { gain: 1e5, gainBandwidth: 1e6, slewRate: Infinity, voltageNoise: 0, currentNoise: 0 };

describe('a summing amplifier', () => {
  it('has noise gain 1 + N, gain error NG/A₀ and bandwidth GBW/NG', () => {
    expect(noiseGain(10e3, 256, 10e3)).toBe(257);
    expect((1 - finiteGain(257, 1e5)) * 100).toBeCloseTo(0.257, 2);
    expect(closedLoopBandwidth(257, 1e9)).toBeCloseTo(1e9 / 257, 6);
  });

  it.each([
    [1e6, [16.9e-6, 64.5e-6, 128e-6, 255e-6]],
    [100e6, [0.169e-6, 0.645e-6, 1.28e-6, 2.55e-6]],
    [1e9, [16.9e-9, 64.5e-9, 128e-9, 255e-9]],
  ])('of GBW %d Hz settles to 8 bit in the published times', (gainBandwidth, times) => {
    [16, 64, 128, 256].forEach((n, i) => {
      const time = settlingTime(8, n + 1, { ...amplifier, gainBandwidth }, 1);
      expect(Math.abs(time / times[i]! - 1)).toBeLessThan(4e-3);
    });
    expect(settlingTime(8, 17, { ...amplifier, slewRate: 1e6 }, 1) - settlingTime(8, 17, amplifier, 1)).toBeCloseTo(
      1e-6,
      12,
    );
  });

  it('adds its own noise times NG, its resistors and its inputs', () => {
    const quiet = { inputs: 4, feedback: 1e4, resistance: 1e4, inputNoise: 0 };
    const johnson = 4 * 1.380649e-23 * 300 * 1e4;
    expect(outputNoise(quiet, amplifier, 1, 300) / johnson).toBeCloseTo(1, 9);
    const inputNoise = thermalNoise(1e4, 300);
    expect(outputNoise({ ...quiet, inputNoise }, amplifier, 1, 300) / johnson).toBeCloseTo(5, 9);
    const noisy = { ...amplifier, voltageNoise: 1e-7, currentNoise: 1e-11 };
    expect(outputNoise(quiet, noisy, 10, 300)).toBeCloseTo(10 * (25e-14 + 1e-14 + johnson), 20);
  });
});

describe('a tree of summing nodes', () => {
  const design: TreeDesign = {
    cells: 256,
    fanIn: 16,
    amplifier: { ...amplifier, voltageNoise: 1e-8 },
    offset: 1e-3,
    resistance: 1e4,
    unitVoltage: 0.02,
    swing: 0.4,
    cell: { current: 1e-5, resistance: Infinity, noise: 0 },
    bits: 8,
    temperature: 300,
  };

  it('has as many levels as the fan-in asks for', () => {
    expect(treeOf(design).levels.map(({ nodes, node }) => [nodes, node.inputs])).toEqual([
      [16, 16],
      [1, 16],
    ]);
    expect(treeOf({ ...design, cells: 100, fanIn: 4 }).levels.map(({ nodes }) => nodes)).toEqual([25, 7, 2, 1]);
    expect(treeOf({ ...design, fanIn: 256 }).levels).toHaveLength(1);
    expect(treeOf(design).amplifiers).toBe(17);
  });

  it('brings a product to its voltage at the root, whatever its levels', () => {
    for (const fanIn of [2, 4, 16, 256]) {
      const { levels } = treeOf({ ...design, fanIn });
      const first = levels[0]!;
      expect(1e-5 * first.node.feedback * first.toRoot).toBeCloseTo(0.02, 12);
      expect(levels.at(-1)!.toRoot).toBe(1);
    }
  });

  it('adds up offsets and noise of its nodes by the gains above them', () => {
    const tree = treeOf(design);
    // First level: current sources have infinite resistance, NG 1; second: NG 1 + 16/4.
    expect(tree.levels.map((level) => level.noiseGain)).toEqual([1, 5]);
    expect(tree.offset).toBeCloseTo(Math.sqrt(16 * (1e-3 / 4) ** 2 + 5e-3 ** 2) / 0.02, 12);
    expect(tree.gain).toBeCloseTo((1 / (1 + 1e-5)) * (1 / (1 + 5e-5)), 12);
    expect(tree.bandwidth).toBeCloseTo(((Math.PI / 2) * 1e6) / 5, 3);
    expect(tree.settlingTime).toBeCloseTo((9 * Math.LN2 * 6) / (2 * Math.PI * 1e6), 12);
  });

  it('pays for fan-in in one node with offset and time alike: what a tree is for', () => {
    const resistive = { ...design, cell: { current: 1e-5, resistance: 1e4, noise: 0 } };
    const flat = treeOf({ ...resistive, fanIn: 256 });
    const deep = treeOf(resistive);
    expect(flat.settlingTime).toBeGreaterThan(2 * deep.settlingTime);
    expect(flat.gain).toBeLessThan(deep.gain);
  });
});

describe('a rectifier', () => {
  const diode = { saturationCurrent: 2.52e-9, emission: 1.752, load: 1e4, temperature: 300 };

  it.each([
    [-1, -2.52e-5],
    [0.1, 0.000203],
    [0.2, 0.001971],
    [0.3, 0.013922],
    [0.4, 0.053235],
    [0.5, 0.117419],
    [0.7, 0.278333],
    [1, 0.547678],
    [2, 1.501985],
    [5, 4.452765],
  ])('of a 1N4148 gives for %d V what is published', (vi, vo) => {
    expect(Math.abs(diodeOutput(vi, diode) - vo)).toBeLessThan(1e-6);
    expect(Math.abs(diodeInput(diodeOutput(Math.abs(vi), diode), diode) - Math.abs(vi))).toBeLessThan(1e-9);
  });

  it('has a knee that moves with temperature, and a smaller drop within a loop', () => {
    // At 1 mA through the load of 10 kΩ −2 mV/K, and more at less current.
    const perKelvin = (vo: number): number =>
      (diodeInput(vo, { ...diode, temperature: 301 }) - diodeInput(vo, { ...diode, temperature: 299 })) / 2;
    expect(perKelvin(10) * 1e3).toBeCloseTo(-2, 1);
    expect(perKelvin(0.1)).toBeLessThan(perKelvin(10));
    expect(diodeOutput(0.5, { ...diode, temperature: 310 })).toBeGreaterThan(diodeOutput(0.5, diode));
    expect(1 - superDiodeOutput(1, diode, 1e4)).toBeCloseTo((1 - 0.547678) / 1e4, 9);
    expect(superDiodeOutput(-1, diode, 1e4)).toBeCloseTo(-2.52e-5, 7);
  });

  it('of a switched MOSFET divides by its on and off resistance', () => {
    expect(clampOutput(1, 100, 1e9, 1e4)).toBeCloseTo(1e4 / 10100, 12);
    expect(clampOutput(-1, 100, 1e9, 1e4)).toBeCloseTo(-1e-5, 9);
  });
});

describe('a stored weight', () => {
  const capacitor: CapacitorStore = {
    kind: 'capacitor',
    capacitance: 64e-15,
    fullScale: 0.05,
    leak: 1e-15,
    leakSpread: 0.2,
    refreshInterval: 0,
    temperature: 300,
  };

  it('as a ratio of resistors has a tolerance and follows the temperature', () => {
    const resistor = { kind: 'resistor', tolerance: 0.01, temperatureCoefficient: 1e-4, temperature: 320 } as const;
    expect(storedWeight(resistor, 0.5, 1e9, 0, 3)).toBeCloseTo(0.5 * 1.002, 14);
    expect(storedWeight(resistor, 0.5, 0, 2, 3)).toBeCloseTo(0.5 * 1.002 * 1.02, 14);
  });

  it('as charge has kT/C and droops: V·e^(−t·I/CV)', () => {
    expect(writeNoise(capacitor)).toBeCloseTo(0.2544e-3 / 0.05, 5);
    expect(holdTime(capacitor)).toBeCloseTo(3.2, 12);
    expect(storedWeight(capacitor, 0.5, 1.6, 0, 0)).toBeCloseTo(0.5 * Math.exp(-0.5), 12);
    expect(storedWeight(capacitor, 0.5, 1.6, 0, 1)).toBeCloseTo(0.5 * Math.exp(-0.6), 12);
    expect(storedWeight(capacitor, 0.5, 0, 1, 1)).toBeCloseTo(0.5 + writeNoise(capacitor), 14);
    expect(ageOf({ ...capacitor, refreshInterval: 0.01 }, 1.0034)).toBeCloseTo(0.0034, 9);
    expect(ageOf(capacitor, 5)).toBe(5);
  });
});
