import { exp } from '@ohmlight/tile-engine';
import { coefficients, optional, type ParametersOf, positive, type ValuesOf } from '../../profile/quantity.js';
import type { Cell } from '../crossbar/cell.js';
import { crossbarKind } from '../crossbar/crossbar.js';
import { between, polynomial } from '../polynomial.js';

const drift = (day: number) =>
  optional([0], coefficients('nA', `Mean change of current after ${day} d, ascending powers of I in nA`));

/** The laws of SONOS cells below threshold, in currents at read_voltage; I in nA. */
export const SONOS = {
  variability: coefficients('nA', 'A of the spread A(1 − exp(−I/B)) after 0, 1, 2, … days'),
  variability_scale: coefficients('nA', 'B of the spread, as many'),
  read_variability: positive('nA', 'A of the read noise A(1 − exp(−I/B))'),
  read_variability_scale: positive('nA', 'B of the read noise'),
  retention_1d: drift(1),
  retention_2d: drift(2),
  retention_3d: drift(3),
  retention_4d: drift(4),
  retention_5d: drift(5),
} as const;

type Sonos = ValuesOf<ParametersOf<typeof SONOS>>;

const DAY = 86_400;
const NANO = 1e9;

/**
 * Currents I = g·read_voltage, in nA:
 *
 * - mean: I(t) = I + Σ retention_i(t)·Iⁱ, coefficients linear in t between whole days, 0 at t = 0
 * - spread: σ(t) = A(t)·(1 − exp(−I(t)/B(t))); a device keeps its place in the distribution
 * - read: σ = A_read·(1 − exp(−I/B_read))
 *
 * Held after the last day that was measured.
 *
 * Sources: Agrawal et al., IEDM 2022, 21.7; CrossSim, SONOS.
 */
export function sonosCell(p: Sonos & { readonly read_voltage: number }): Cell {
  const days = p.variability.map((_, day) => day);
  const retention = [[0], p.retention_1d, p.retention_2d, p.retention_3d, p.retention_4d, p.retention_5d];
  const toCurrent = p.read_voltage * NANO;
  const saturating = (a: number, b: number, current: number): number =>
    Math.max(0, a * (1 - exp(-Math.max(0, current) / b))) / toCurrent;
  const at = (t: number) => {
    const { index, share } = between(days, t / DAY);
    const mix = (low: number, high: number): number => (share === 0 ? low : low + (high - low) * share);
    return {
      a: mix(p.variability[index]!, p.variability[index + 1]!),
      b: mix(p.variability_scale[index]!, p.variability_scale[index + 1]!),
      change: (current: number): number =>
        mix(polynomial(retention[index]!, current), share === 0 ? 0 : polynomial(retention[index + 1]!, current)),
    };
  };
  return {
    programmingSigma(target, t) {
      const { a, b, change } = at(t);
      const current = target * toCurrent;
      return saturating(a, b, current + (t > 0 ? change(current) : 0));
    },
    shift(target, t) {
      const current = target * toCurrent;
      return { mean: t > 0 ? at(t).change(current) / toCurrent : 0, sigma: 0 };
    },
    readSigma: (g) => saturating(p.read_variability, p.read_variability_scale, g * toCurrent),
  };
}

export const sonos = crossbarKind({
  kind: 'sonos',
  parameters: SONOS,
  check(p) {
    if (p.variability.length !== p.variability_scale.length || p.variability.length > 6)
      return { parameter: 'variability_scale', reason: 'as many days as variability, and at most 6' };
    if (!p.variability_scale.every((current) => current > 0))
      return { parameter: 'variability_scale', reason: 'a current, above 0, for each day' };
    if (!p.variability.every((spread) => spread >= 0))
      return { parameter: 'variability', reason: 'a spread is not negative' };
    return p.read_voltage > 0 ? undefined : { parameter: 'read_voltage', reason: 'currents need a voltage above 0' };
  },
  cell: sonosCell,
});
