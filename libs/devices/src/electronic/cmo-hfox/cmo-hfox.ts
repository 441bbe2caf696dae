import { ln } from '@ohmlight/tile-engine';
import { nonNegative, oneOf, type ParametersOf, positive, signed, type ValuesOf } from '../../profile/quantity.js';
import type { Cell } from '../crossbar/cell.js';
import { crossbarKind } from '../crossbar/crossbar.js';

/** The laws of CMO/HfOx devices. */
export const CMO_HFOX = {
  acceptance: oneOf(['0.2 %', '2 %'], 'Window, as a part of the target, in which programming stops'),
  sigma_constant_narrow: nonNegative('S', 'Programming error at acceptance 0.2 %: what it is at g = 0'),
  sigma_slope_narrow: nonNegative('1', 'Programming error at acceptance 0.2 %: what g adds'),
  sigma_constant_wide: nonNegative('S', 'Programming error at acceptance 2 %: what it is at g = 0'),
  sigma_slope_wide: nonNegative('1', 'Programming error at acceptance 2 %: what g adds'),
  relaxation_mean: signed('S', 'Mean change of conductance per unit of ln(t/1 s)'),
  relaxation_sigma: nonNegative('S', 'Spread of relaxation at 1 s'),
  relaxation_sigma_slope: signed('S', 'Change of that spread per unit of ln(t/1 s)'),
  read_noise_slope: nonNegative('S', '1/f noise: σ_read/log10(g/1 µS)/√(ln((t + t_read)/(2 t_read)))'),
  read_pulse: positive('s', 'Shortest time t_read that the 1/f noise resolves'),
} as const;

type CmoHfox = ValuesOf<ParametersOf<typeof CMO_HFOX>>;

/** Relaxation was measured from here on; before, it is taken not to have begun. */
const FIRST_AGE = 1;

/**
 * - σ_prog(g) = constant + slope·g, one pair for each acceptance window
 * - g(t) = g_prog + relaxation_mean·ln t + (relaxation_sigma + relaxation_sigma_slope·ln t)·ξ, within g_min … g_max;
 *   t in seconds, from 1 s on; as programmed before
 * - σ_read(g, t) = read_noise_slope·log10(g/1 µS)·√(ln((t + t_read)/(2 t_read)))
 *
 * Sources: Falcone et al. and Lombardo et al. by way of AIHWKIT, ReRamCMONoiseModel. Its tables go by the acceptance
 * in per cent, and its default of 0.02 finds none of them and takes that of 0.2 %; a profile here says which.
 */
export function cmoHfoxCell(p: CmoHfox & { readonly g_min: number; readonly g_max: number }): Cell {
  const narrow = p.acceptance === '0.2 %';
  const constant = narrow ? p.sigma_constant_narrow : p.sigma_constant_wide;
  const slope = narrow ? p.sigma_slope_narrow : p.sigma_slope_wide;
  return {
    programmingSigma: (target) => constant + slope * target,
    limits: [p.g_min, p.g_max],
    shift: (_, t) =>
      t < FIRST_AGE
        ? { mean: 0, sigma: 0 }
        : {
            mean: p.relaxation_mean * ln(t),
            sigma: Math.max(0, p.relaxation_sigma + p.relaxation_sigma_slope * ln(t)),
          },
    readSigma(g, t) {
      if (g <= 1e-6) return 0;
      const spectrum = Math.sqrt(Math.max(0, ln((t + p.read_pulse) / (2 * p.read_pulse))));
      return p.read_noise_slope * (ln(g * 1e6) / Math.LN10) * spectrum;
    },
  };
}

export const cmoHfox = crossbarKind({ kind: 'rram-cmo-hfox', parameters: CMO_HFOX, cell: cmoHfoxCell });
