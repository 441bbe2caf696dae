import { exp } from '@ohmlight/tile-engine';
import { thermalVoltage } from '../constants.js';
import { tanh } from './tanh.js';

/** Output of a multiplier for inputs in parts of their full scales, in parts of what it gives at most. */
export type CellLaw = (x: number, w: number) => number;

/** Temperature at which gains are set, K. */
export const NOMINAL_TEMPERATURE = 300;

/**
 * A Gilbert cell of exponential devices: ΔI/I_EE = tanh(V₁/2nV_T)·tanh(V₂/2nV_T), bipolar with n = 1, MOS below
 * threshold with n above. `drive` is the full scale of a port in units of 2nV_T.
 */
export const exponentialCell =
  (driveX: number, driveW: number): CellLaw =>
  (x, w) =>
    tanh(driveX * x) * tanh(driveW * w);

/** Full scale of a port in units of 2nV_T, for a voltage; it falls as 1/T unless the voltage follows T. */
export const driveOf = (volts: number, slopeFactor: number, temperature: number): number =>
  volts / (2 * slopeFactor * thermalVoltage(temperature));

/**
 * The exponential cell behind arctanh circuits: linear up to full scale, but for a residue x·(1 − x²), whose largest
 * deviation is `residual` of full scale.
 */
export function predistortedCell(driveX: number, driveW: number, residual: number): CellLaw {
  const full = tanh(driveX) * tanh(driveW);
  return (x, w) => full * bent(x, residual) * bent(w, residual);
}

/** x with an odd deviation that vanishes at 0 and ±1 and reaches `deviation` in between, at x = 1/√3. */
export const bent = (x: number, deviation: number): number => x + deviation * (1.5 * Math.sqrt(3)) * x * (1 - x * x);

/**
 * Differential pair of square-law devices, ΔI for v in units of √(I_SS/β) and tail current `tail` in units of I_SS:
 * (v/2)·√(4·tail − v²), all of the tail beyond v² = 2·tail.
 */
export function squareLawPair(v: number, tail: number): number {
  if (v * v >= 2 * tail) return v < 0 ? -tail : tail;
  return (v / 2) * Math.sqrt(4 * tail - v * v);
}

/** A Gilbert cell in strong inversion: the lower pair splits the tail between two upper pairs that are crossed. */
export const squareLawCell =
  (driveX: number, driveW: number): CellLaw =>
  (x, w) => {
    const split = squareLawPair(driveW * w, 1);
    return squareLawPair(driveX * x, (1 + split) / 2) - squareLawPair(driveX * x, (1 - split) / 2);
  };

/** An integrated multiplier, XY/full scale, whose ports bend by their datasheet nonlinearity. */
export const multiplierCell =
  (nonlinearityX: number, nonlinearityW: number): CellLaw =>
  (x, w) =>
    bent(x, nonlinearityX) * bent(w, nonlinearityW);

/**
 * Gain that brings a law nearest to x·w, in the least squares of operands that are Gaussian with three standard
 * deviations at full scale.
 */
export function linearGain(law: CellLaw): number {
  const points = 32;
  let product = 0;
  let squares = 0;
  for (let i = 0; i < points; i++)
    for (let j = 0; j < points; j++) {
      const x = (i + 0.5) / points;
      const w = (j + 0.5) / points;
      const density = exp(-4.5 * (x * x + w * w));
      const value = law(x, w);
      product += density * value * x * w;
      squares += density * value * value;
    }
  return product / squares;
}

/** One product of a function of the input and a function of the weight. */
export interface SeparableTerm {
  /** At most 1 in magnitude over −1 … 1, and not below 0 at 1. */
  readonly x: (x: number) => number;
  readonly w: (w: number) => number;
}

export interface Separated {
  readonly terms: readonly SeparableTerm[];
  /** Largest part of the law that is in no term, of its largest value. */
  readonly residual: number;
}

const GRID = Array.from({ length: 32 }, (_, i) => (2 * i) / 31 - 1);

/**
 * Writes a law as a sum of at most `rank` products, by cross approximation: each term runs through the row and the
 * column of the largest residual. tanh·tanh is one term, exactly; the square-law cell takes two.
 */
export function separate(law: CellLaw, rank: number): Separated {
  const terms: SeparableTerm[] = [];
  const largest = pivotOf(law).value;
  for (;;) {
    const found = [...terms];
    const rest: CellLaw = (x, w) => found.reduce((sum, term) => sum - term.x(x) * term.w(w), law(x, w));
    const { x: px, w: pw, value } = pivotOf(rest);
    if (terms.length === rank || value <= 1e-9 * largest) return { terms, residual: value / largest };
    const sign = rest(1, pw) < 0 ? -1 : 1;
    const peak = sign * Math.max(...GRID.map((x) => Math.abs(rest(x, pw))));
    const scale = peak / rest(px, pw);
    terms.push({ x: (x) => rest(x, pw) / peak, w: (w) => rest(px, w) * scale });
  }
}

function pivotOf(law: CellLaw): { x: number; w: number; value: number } {
  let best = { x: 1, w: 1, value: 0 };
  for (const x of GRID)
    for (const w of GRID) {
      const value = Math.abs(law(x, w));
      if (value > best.value) best = { x, w, value };
    }
  return best;
}
