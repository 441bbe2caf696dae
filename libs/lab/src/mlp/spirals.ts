import { Draws, unitVector } from '../draws.js';

/** Points of a plane in −1 … 1 with a class each. */
export interface Points {
  readonly count: number;
  /** x₁, x₂ of each point. */
  readonly x: Float32Array;
  /** 0 or 1. */
  readonly labels: Uint8Array;
}

export interface SpiralOptions {
  /** Points of both classes together. */
  readonly count: number;
  /** Turns of each arm. */
  readonly turns: number;
  /** Standard deviation of a point about its arm. */
  readonly spread: number;
}

const INNER = 0.1;
const OUTER = 0.9;

/**
 * Two spirals, one turned against the other by half a turn (Lang and Witbrock, 1988), their points evenly spread over
 * the area. `name` keeps training and test points apart.
 */
export function twoSpirals({ count, turns, spread }: SpiralOptions, seed: bigint, name: string): Points {
  const draws = new Draws(seed, `lab/mlp/${name}`);
  const x = new Float32Array(2 * count);
  const labels = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const label = i % 2;
    const along = Math.sqrt(draws.uniform(i));
    const radius = INNER + (OUTER - INNER) * along;
    const [c, s] = unitVector(turns * along + label / 2);
    x[2 * i] = limited(radius * c + spread * draws.normal(i, 1));
    x[2 * i + 1] = limited(radius * s + spread * draws.normal(i, 2));
    labels[i] = label;
  }
  return { count, x, labels };
}

const limited = (value: number): number => Math.max(-1, Math.min(1, value));
