import { ln, pow } from '@ohmlight/tile-engine';
import {
  coefficients,
  nonNegative,
  oneOf,
  optional,
  type ParametersOf,
  positive,
  type ValuesOf,
} from '../../profile/quantity.js';
import type { Cell } from '../crossbar/cell.js';
import { crossbarKind } from '../crossbar/crossbar.js';
import { polynomial } from '../polynomial.js';

/** The laws of phase-change memory; r = g/g_max. */
export const PCM = {
  programming_sigma: coefficients('S', 'Programming error σ_prog(r), ascending powers of r'),
  drift_t0: positive('s', 'Age t₀ after programming at which conductances are as programmed'),
  drift_mean: coefficients('1', 'Mean of ν below drift_break: clamp(c₀·ln r + c₁, c₂, c₃)'),
  drift_break: optional(2, nonNegative('1', 'r from which drift_mean_above holds')),
  drift_mean_above: optional([0], coefficients('1', 'Mean of ν from drift_break on, ascending powers of r')),
  drift_sigma: coefficients('1', 'Standard deviation of ν below drift_sigma_break: clamp(c₀·ln r + c₁, c₂, c₃)'),
  drift_sigma_break: optional(2, nonNegative('1', 'r from which drift_sigma_above holds')),
  drift_sigma_above: optional([0], coefficients('1', 'Standard deviation of ν from drift_sigma_break on')),
  read_law: oneOf(['power', 'log'], '1/f noise Q_s: min(c₀/r^c₁, c₂), or clamp(c₀·ln r + c₁, c₂, c₃)'),
  read_coefficients: coefficients('1', 'Coefficients of Q_s'),
  read_break: optional(2, nonNegative('1', 'r from which read_above holds')),
  read_above: optional([0], coefficients('1', 'Q_s from read_break on, ascending powers of r')),
  read_pulse: positive('s', 'Shortest time t_read that the 1/f noise resolves'),
} as const;

type Pcm = ValuesOf<ParametersOf<typeof PCM>>;

const clampedLog = ([slope = 0, constant = 0, low = 0, high = Infinity]: readonly number[], r: number): number =>
  Math.min(high, Math.max(low, r > 0 ? slope * ln(r) + constant : slope < 0 ? Infinity : low));

/**
 * - σ_prog(r) = max(0, Σ programming_sigma_i·rⁱ)
 * - g(t) = g_prog·((t + t₀)/t₀)^(−ν), ν = |μ_ν(r) + σ_ν(r)·ξ| of the target
 * - σ_read(g, t) = g·Q_s(r)·√(ln((t + t₀ + t_read)/(2 t_read))): the age counts from the start of programming
 *
 * Sources: Joshi et al., Nature Communications 11, 2473 (2020); AIHWKIT, PCMLikeNoiseModel and its HERMES variants.
 */
export function pcmCell(p: Pcm & { readonly g_max: number }): Cell {
  const { g_max } = p;
  const piecewise = (below: readonly number[], from: number, above: readonly number[], r: number): number =>
    r < from ? clampedLog(below, r) : polynomial(above, r);
  const spectrum = (t: number): number =>
    Math.sqrt(Math.max(0, ln((t + p.drift_t0 + p.read_pulse) / (2 * p.read_pulse))));
  const quality = (r: number): number => {
    if (r >= p.read_break) return polynomial(p.read_above, r);
    if (p.read_law === 'log') return clampedLog(p.read_coefficients, r);
    const [q0 = 0, q1 = 0, q2 = Infinity] = p.read_coefficients;
    return Math.min(q0 / pow(r, q1), q2);
  };
  return {
    programmingSigma: (target) => Math.max(0, polynomial(p.programming_sigma, target / g_max)),
    drift: {
      t0: p.drift_t0,
      exponent: (target) => ({
        mean: piecewise(p.drift_mean, p.drift_break, p.drift_mean_above, target / g_max),
        sigma: piecewise(p.drift_sigma, p.drift_sigma_break, p.drift_sigma_above, target / g_max),
      }),
    },
    readSigma: (g, t) => (g > 0 ? g * Math.max(0, quality(g / g_max)) * spectrum(t) : 0),
  };
}

export const pcm = crossbarKind({
  kind: 'pcm',
  parameters: PCM,
  check(p) {
    const fault = (parameter: keyof typeof PCM, reason: string) => ({ parameter, reason });
    const power = p.read_law === 'power';
    if (power && p.read_coefficients.length !== 3)
      return fault('read_coefficients', 'a power law (read_law) has factor, exponent and greatest');
    for (const name of ['drift_mean', 'drift_sigma', ...(power ? [] : ['read_coefficients' as const])] as const) {
      const [, , least, greatest] = p[name];
      if (p[name].length !== 4) return fault(name, 'give slope, constant, least and greatest');
      if (!(least! >= 0 && least! <= greatest!)) return fault(name, 'the least is from 0 to the greatest');
    }
    return undefined;
  },
  cell: pcmCell,
});
