import { exp } from '@ohmlight/tile-engine';
import { cosine } from '../common/angles.js';

/** Errors of two encoded symbols and of the phase between them. */
export interface Encoding {
  readonly magnitude_sigma: number;
  readonly phase_sigma: number;
}

/** Mean of (1 + m_x)(1 + m_w)·cos(bias + δ): cos(bias)·e^(−σ²/2). */
export const encodingGain = ({ phase_sigma }: Encoding, bias: number): number =>
  bias === 0 && phase_sigma === 0 ? 1 : cosine(bias) * exp((-phase_sigma * phase_sigma) / 2);

/**
 * Variance of (1 + m_x)(1 + m_w)·cos(bias + δ): (1 + σ_m²)²·½(1 + e^(−2σ²)·cos 2bias) − cos²(bias)·e^(−σ²). Of phases it
 * is σ⁴/2 at quadrature (bias 0), second order, and σ²·sin²(bias) away from it, first order.
 */
export function encodingVariance({ magnitude_sigma, phase_sigma }: Encoding, bias: number): number {
  const m = (1 + magnitude_sigma * magnitude_sigma) ** 2;
  const s = phase_sigma * phase_sigma;
  const mean = cosine(bias) ** 2 * exp(-s);
  return Math.max(0, m * 0.5 * (1 + exp(-2 * s) * cosine(2 * bias)) - mean);
}
