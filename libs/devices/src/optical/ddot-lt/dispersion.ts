import { exp } from '@ohmlight/tile-engine';
import { polynomial } from '../../electronic/polynomial.js';
import { cosine } from '../common/angles.js';
import type { Ddot } from './parameters.js';

type Coupler = Pick<Ddot, 'wavelengths' | 'channel_spacing' | 'coupler_length' | 'coupler_decay' | 'coupler_gap'>;

/** Coupling length at `offset` metres from the middle wavelength, m: L(Δ)·e^(gap/d(Δ)). */
const couplingLength = (p: Coupler, offset: number): number =>
  polynomial(p.coupler_length, offset) * exp(p.coupler_gap / polynomial(p.coupler_decay, offset));

/**
 * Offsets of the wavelengths from the middle one, m. An even number of them leaves the middle itself out, as
 * Lightening-Transformer's grid does.
 */
export function channelOffsets({ wavelengths, channel_spacing }: Coupler): number[] {
  const half = Math.floor(wavelengths / 2);
  const even = wavelengths % 2 === 0;
  return Array.from({ length: wavelengths }, (_, m) => channel_spacing * (m - half + (even && m >= half ? 1 : 0)));
}

/**
 * Imbalance ε = 2κ − 1 of the 50:50 coupler at each wavelength: κ = sin²(π/4·L_c(0)/L_c(Δ)), so that
 * ε = −cos(π/2·L_c(0)/L_c(Δ)).
 */
export function couplerImbalance(p: Coupler): Float64Array {
  const middle = couplingLength(p, 0);
  return Float64Array.from(channelOffsets(p), (offset) =>
    offset === 0 ? 0 : -cosine(((Math.PI / 2) * middle) / couplingLength(p, offset)),
  );
}
