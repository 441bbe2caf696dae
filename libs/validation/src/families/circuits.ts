import {
  type CellLaw,
  diodeOutput,
  driveOf,
  effectiveMatrix,
  exponentialCell,
  settlingTime,
  tanh,
} from '@ohmlight/devices/electronic';
import { Draws } from '../draws.js';
import type { Figure } from '../figure.js';
import type { Family } from './family.js';

const TEMPERATURE = 300;

/** Volts at which tanh falls short of its argument by `error`, by bisection. */
function linearTo(error: number): number {
  let [low, high] = [0, 0.2];
  for (let step = 0; step < 60; step++) {
    const volts = (low + high) / 2;
    const u = driveOf(volts, 1, TEMPERATURE);
    if ((u - tanh(u)) / u < error) low = volts;
    else high = volts;
  }
  return low;
}

/** Rounds of a product of 256 terms: enough for a tenth of a decibel. */
const [TRIALS, TERMS] = [3000, 256];

/** SNR of products of 256 terms at their best scale: Gaussian operands, three standard deviations at full scale. */
function productDecibels(law: CellLaw): number {
  const x = new Draws('cell inputs').normals(TRIALS * TERMS, { scale: 1 / 3, clip: 3 });
  const w = new Draws('cell weights').normals(TRIALS * TERMS, { scale: 1 / 3, clip: 3 });
  let [cross, squares, signal] = [0, 0, 0];
  for (let trial = 0; trial < TRIALS; trial++) {
    let [exact, ours] = [0, 0];
    for (let i = trial * TERMS; i < (trial + 1) * TERMS; i++) {
      exact += x[i]! * w[i]!;
      ours += law(x[i]!, w[i]!);
    }
    cross += exact * ours;
    squares += ours * ours;
    signal += exact * exact;
  }
  // ‖s·ours − exact‖² at s = cross/squares.
  return 10 * Math.log10(signal / (signal - (cross * cross) / squares));
}

/** Outputs over n of n × n equal cells at inputs of 1, and of single cells, 0.5 Ω a segment, in parts of 1/R. */
function crossbar(n: number, ohms: number) {
  const cells = new Float64Array(n * n).fill(1 / ohms);
  const w = effectiveMatrix(cells, n, n, { inputSegment: 0.5, outputSegment: 0.5 });
  const output = (j: number): number => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += w[i * n + j]!;
    return (sum * ohms) / n;
  };
  return { output, farthest: w[n - 1]! * ohms };
}

/** Wires, Gilbert cells, amplifiers and diodes: laws that the electronic devices are made of. */
export const circuits: Family = {
  name: 'Circuits',
  *figures(): Generator<Figure> {
    const equation = 'equation' as const;
    const wires = { source: 'independent nodal solution; CrossSim’s solver agrees to 1e-3', kind: equation, unit: '1' };
    const [small, large] = [crossbar(64, 1e5), crossbar(128, 1e4)];
    yield {
      ...wires,
      name: 'wires, 64 lines, 100 kΩ: last output',
      published: 0.982901,
      ours: small.output(63),
      tolerance: 1e-5,
    };
    yield {
      ...wires,
      name: 'wires, 64 lines, 100 kΩ: farthest cell',
      published: 0.97959,
      ours: small.farthest,
      tolerance: 1e-5,
    };
    yield {
      ...wires,
      name: 'wires, 128 lines, 10 kΩ: last output',
      published: 0.587312,
      ours: large.output(127),
      tolerance: 1e-5,
    };
    yield {
      ...wires,
      name: 'wires, 128 lines, 10 kΩ: farthest cell',
      published: 0.536225,
      ours: large.farthest,
      tolerance: 1e-5,
    };

    const gilbert = { source: 'tanh law of a bipolar Gilbert cell at 300 K, closed form', kind: equation, unit: 'mV' };
    for (const [error, published] of [
      [0.01, 9.01],
      [0.05, 20.65],
      [0.1, 30.19],
    ] as const)
      yield {
        ...gilbert,
        name: `Gilbert cell, linear to ${100 * error} %`,
        published,
        ours: linearTo(error) * 1e3,
        tolerance: 0.005,
      };
    for (const [u, published] of [
      [0.05, 70.8],
      [0.17, 49.7],
      [1, 20.6],
    ] as const)
      yield {
        name: `Gilbert cells driven to ${u}·2V_T, 256 terms`,
        source: 'Monte Carlo of the tanh law, written apart',
        kind: equation,
        unit: 'dB',
        published,
        ours: productDecibels(exponentialCell(u, u)),
        tolerance: 0.02,
      };

    const amplifier = { gain: 1e5, slewRate: Infinity, voltageNoise: 0, currentNoise: 0 };
    for (const [inputs, gainBandwidth, name, published] of [
      [16, 1e9, '1 GHz', 16.9],
      [64, 100e6, '100 MHz', 645],
      [256, 1e6, '1 MHz', 255_000],
    ] as const)
      yield {
        name: `summing amplifier of ${inputs} inputs, GBW ${name}: settling to 8 bits`,
        source: 'single-pole settling, (b + 1)·ln 2·NG/(2π·GBW), evaluated apart',
        kind: equation,
        unit: 'ns',
        published,
        ours: settlingTime(8, inputs + 1, { ...amplifier, gainBandwidth }, 1) * 1e9,
        tolerance: 0.005,
      };

    const diode = { saturationCurrent: 2.52e-9, emission: 1.752, load: 1e4, temperature: TEMPERATURE };
    for (const [volts, published] of [
      [-1, -2.52e-5],
      [0.3, 0.013922],
      [0.5, 0.117419],
      [1, 0.547678],
      [5, 4.452765],
    ] as const)
      yield {
        name: `1N4148 and 10 kΩ at ${volts < 0 ? '−' : ''}${Math.abs(volts)} V`,
        source: 'Shockley’s law with SPICE parameters of a 1N4148, solved apart',
        kind: equation,
        unit: 'V',
        published,
        ours: diodeOutput(volts, diode),
        tolerance: 1e-3,
      };
  },
};
