import { ln } from '@ohmlight/tile-engine';
import { coefficients, type ParametersOf, positive, type ValuesOf } from '../../profile/quantity.js';
import type { Cell } from '../crossbar/cell.js';
import { crossbarKind } from '../crossbar/crossbar.js';
import { interpolated, polynomial } from '../polynomial.js';

/** The laws of NeuRRAM's devices; r = g/g_max. */
export const NEURRAM = {
  sigma_first: coefficients('S', 'Spread σ(r) at time_first, ascending powers of r'),
  sigma_second: coefficients('S', 'Spread σ(r) at time_second'),
  sigma_third: coefficients('S', 'Spread σ(r) at time_third'),
  time_first: positive('s', 'Age at which sigma_first was measured; it holds before, too'),
  time_second: positive('s', 'Age at which sigma_second was measured'),
  time_third: positive('s', 'Age at which sigma_third was measured; it holds afterwards, too'),
} as const;

type Neurram = ValuesOf<ParametersOf<typeof NEURRAM>>;

/**
 * Spread of conductances around their targets, programming error and relaxation together, at three ages; linear in
 * ln t between them. A device keeps its place in the distribution. No drift of the mean.
 *
 * Sources: Wan et al., Nature 608, 504 (2022); AIHWKIT, ReRamWan2022NoiseModel.
 */
export function neurramCell(p: Neurram & { readonly g_max: number }): Cell {
  const ages = [p.time_first, p.time_second, p.time_third].map(ln);
  const fits = [p.sigma_first, p.sigma_second, p.sigma_third];
  return {
    programmingSigma(target, t) {
      const r = target / p.g_max;
      return Math.max(
        0,
        interpolated(
          ages,
          fits.map((fit) => polynomial(fit, r)),
          ln(Math.max(t, p.time_first)),
        ),
      );
    },
    shift: () => ({ mean: 0, sigma: 0 }),
    readSigma: () => 0,
  };
}

export const neurram = crossbarKind({
  kind: 'rram-wan',
  parameters: NEURRAM,
  check: (p) =>
    p.time_first < p.time_second && p.time_second < p.time_third
      ? undefined
      : { parameter: 'time_second', reason: 'ages must ascend: time_first, time_second, time_third' },
  cell: neurramCell,
});
