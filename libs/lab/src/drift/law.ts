import type { Cell } from '@ohmlight/devices/electronic';
import { exp, ln } from '@ohmlight/tile-engine';

/** Mean and standard deviation of a conductance, S. */
export interface Moments {
  readonly mean: number;
  readonly sigma: number;
}

const REACH = 8;
const STEPS = 800;
/** Nodes and weights of an expectation over a standard normal: the trapezoid rule, 4e-5 at the kink of a device near zero. */
const NODES = Array.from({ length: STEPS + 1 }, (_, i) => {
  const xi = (2 * REACH * i) / STEPS - REACH;
  return { xi, weight: (exp((-xi * xi) / 2) / Math.sqrt(2 * Math.PI)) * ((2 * REACH) / STEPS) };
});

const expectation = (of: (xi: number) => number): number =>
  NODES.reduce((sum, { xi, weight }) => sum + weight * of(xi), 0);

/**
 * What the equations of a drifting device say of its conductance at age t, without drawing one:
 * g = max(0, target + σ_prog·ξ₁)·((t + t₀)/t₀)^(−|μ_ν + σ_ν·ξ₂|), ξ₁ and ξ₂ independent.
 */
export function conductanceMoments(cell: Cell, target: number, t: number): Moments {
  const sigma = cell.programmingSigma(target, t);
  const programmed = [1, 2].map((power) => expectation((xi) => Math.max(0, target + sigma * xi) ** power));
  const { drift } = cell;
  const age = drift ? ln((t + drift.t0) / drift.t0) : 0;
  const nu = drift?.exponent(target) ?? { mean: 0, sigma: 0 };
  const decay = [1, 2].map((power) => expectation((xi) => exp(-power * age * Math.abs(nu.mean + nu.sigma * xi))));
  const mean = programmed[0]! * decay[0]!;
  return { mean, sigma: Math.sqrt(Math.max(0, programmed[1]! * decay[1]! - mean * mean)) };
}
