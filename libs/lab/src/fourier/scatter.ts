import { exp } from '@ohmlight/tile-engine';
import type { Draws } from '../draws.js';
import { deviation, mean } from '../statistics.js';
import { correlate, type Mask, type Picture, roughened } from './correlator.js';
import { energy } from './fft.js';

export interface ScatterRow {
  readonly sigma: number;
  /** ‖g′ − e^(−σ²/2)·g‖²/‖g‖² of the masks: mean, and standard error of it. */
  readonly scattered: number;
  readonly error: number;
  /** 1 − e^(−σ²). */
  readonly equation: number;
}

/**
 * The part of the output's light that phase errors of the mask scatter. An error turns each place of the Fourier plane
 * by itself: of its field e^(−σ²/2) stays on average, and what is missing from its light, 1 − e^(−σ²), spreads over the
 * output like noise, whatever picture and kernel are.
 */
export function scatter(picture: Picture, mask: Mask, sigma: number, masks: number, draws: Draws): ScatterRow {
  const { output } = correlate(picture, mask);
  const all = energy(output);
  const kept = exp(-(sigma * sigma) / 2);
  const parts = Float64Array.from({ length: masks }, (_, sample) => {
    const { output: rough } = correlate(picture, roughened(mask, sigma, draws, sample));
    return rough.re.reduce(
      (sum, re, i) => sum + (re - kept * output.re[i]!) ** 2 + (rough.im[i]! - kept * output.im[i]!) ** 2,
      0,
    );
  });
  const shares = parts.map((part) => part / all);
  return {
    sigma,
    scattered: mean(shares),
    error: deviation(shares) / Math.sqrt(masks),
    equation: 1 - exp(-sigma * sigma),
  };
}
