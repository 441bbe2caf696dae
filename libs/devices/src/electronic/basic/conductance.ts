import { ln, pow } from '@ohmlight/tile-engine';
import type { CrossbarParameters } from './parameters.js';
import type { ValuesOf } from '../../profile/quantity.js';

/** Statistics of one resistive device; conductances in siemens. */
export interface DeviceStatistics {
  /** σ_prog: standard deviation of the programmed conductance around its target. */
  readonly programmingSigma: (target: number) => number;
  /** σ_read: standard deviation of one read of a device. */
  readonly readSigma: (g: number) => number;
  /** √(ln((t + t_read)/(2 t_read))): what 1/f noise gathers in a read. */
  readonly spectrum: number;
}

/**
 * - σ_prog(r) = max(0, Σ c_i·rⁱ), r = g/g_max.
 * - 1/f read noise: σ_read(g) = s(g)·√(ln((t + t_read)/(2 t_read))) with
 *   `pcm`: s = g·min(q0/r^q1, q2);
 *   `rram`: s = q0·log10(g/1 µS) µS, 0 below 1 µS.
 *
 * Sources: Joshi et al., Nature Communications 11, 2473 (2020), and AIHWKIT's PCMLikeNoiseModel and
 * ReRamCMONoiseModel.
 */
export function deviceStatistics(p: ValuesOf<CrossbarParameters>): DeviceStatistics {
  const { g_max, programming_sigma: c, read_law: law, read_coefficients: q } = p;
  const spectrum = Math.sqrt(Math.max(0, ln((p.read_delay + p.read_pulse) / (2 * p.read_pulse))));
  const [q0 = 0, q1 = 0, q2 = Infinity] = q;
  const pcm = (g: number): number => (g > 0 ? g * Math.min(q0 / pow(g / g_max, q1), q2) * spectrum : 0);
  const rram = (g: number): number => (g > 1e-6 ? ((q0 * ln(g * 1e6)) / Math.LN10) * 1e-6 * spectrum : 0);
  return {
    programmingSigma(target) {
      const r = target / g_max;
      let sigma = 0;
      for (let i = c.length - 1; i >= 0; i--) sigma = sigma * r + c[i]!;
      return Math.max(0, sigma);
    },
    readSigma: law === 'pcm' ? pcm : rram,
    spectrum,
  };
}
