import { unitVector } from './draws.js';

export interface Quadrature {
  /** Nodes in −1 … 1. */
  readonly nodes: Float64Array;
  /** They add up to 2. */
  readonly weights: Float64Array;
}

/** Gauss–Legendre quadrature of `count` points: exact for polynomials of degree 2·count − 1. */
export function gaussLegendre(count: number): Quadrature {
  const nodes = new Float64Array(count);
  const weights = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    // Tricomi's first guess; Newton's steps on P_count double its digits.
    let x = -unitVector((i + 0.75) / (2 * count + 1))[0];
    let slope = 0;
    for (let step = 0; step < 8; step++) {
      let [before, p] = [0, 1];
      for (let n = 0; n < count; n++) [before, p] = [p, ((2 * n + 1) * x * p - n * before) / (n + 1)];
      slope = (count * (x * p - before)) / (x * x - 1);
      x -= p / slope;
    }
    nodes[i] = x;
    weights[i] = 2 / ((1 - x * x) * slope * slope);
  }
  return { nodes, weights };
}
