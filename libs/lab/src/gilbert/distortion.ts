import { type CellLaw, tanh, thermalVoltage } from '@ohmlight/devices/electronic';
import { Draws, unitVector } from '../draws.js';

/** Volts at one port at which tanh(V/2nV_T) stays below its tangent by `error`, relative; by bisection. */
export function linearRange(error: number, slopeFactor: number, temperature: number): number {
  let [low, high] = [0, 20];
  for (let step = 0; step < 100; step++) {
    const middle = (low + high) / 2;
    if (1 - tanh(middle) / middle < error) low = middle;
    else high = middle;
  }
  return ((low + high) / 2) * 2 * slopeFactor * thermalVoltage(temperature);
}

const SAMPLES = 256;

/** Third harmonic over the fundamental of a sine of amplitude `drive` at a port whose law is odd. */
export function thirdHarmonic(law: (x: number) => number, amplitude: number): number {
  let [first, third] = [0, 0];
  for (let i = 0; i < SAMPLES; i++) {
    const [, sine] = unitVector((i + 0.5) / SAMPLES);
    const [, triple] = unitVector((3 * (i + 0.5)) / SAMPLES);
    const y = law(amplitude * sine);
    first += y * sine;
    third += y * triple;
  }
  return Math.abs(third / first);
}

/** What a sum of products makes of random operands. */
export interface SumError {
  /** Power of the error at the best gain over that of the sum. */
  readonly distortion: number;
  /** Mean square of the sum, in full products. */
  readonly power: number;
}

/** Sums of Gaussian operands, clipped at three standard deviations, which are full scale. */
export function sumError(law: CellLaw, inputs: number, trials: number, seed: bigint): SumError {
  const draws = new Draws(seed, 'lab/gilbert/operands');
  const operand = (trial: number, i: number, which: number): number =>
    Math.max(-3, Math.min(3, draws.normal(trial, i, which))) / 3;
  let [ideal, cross, own] = [0, 0, 0];
  for (let trial = 0; trial < trials; trial++) {
    let [y, s] = [0, 0];
    for (let i = 0; i < inputs; i++) {
      const x = operand(trial, i, 0);
      const w = operand(trial, i, 1);
      y += x * w;
      s += law(x, w);
    }
    ideal += y * y;
    cross += y * s;
    own += s * s;
  }
  return { distortion: 1 - (cross * cross) / (own * ideal), power: ideal / trials };
}
