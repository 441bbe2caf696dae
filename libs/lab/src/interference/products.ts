import { type Amplitude, interference } from '@ohmlight/devices/optical';
import { Draws } from '../draws.js';
import type { Scheme } from './schemes.js';

/** The product whose variance is measured: 132 photons, most of them in its imaginary part. */
export const EXAMPLE: Amplitude = { re: -5.593, im: 10.045 };
export const EXAMPLE_NAME = '−5.593 + 10.045i';

/** A product Σ x_j·w_j, as a mask of phases sees it. */
export interface Product {
  /** Σ x_j·e^(iφ_j) over ‖x‖, cos φ_j = w_j; its real part is the product over ‖x‖. */
  readonly s: Amplitude;
}

/** Products of normal inputs with phases spread evenly over the circle: weights cos φ of either sign. */
export function productsOf(count: number, inputs: number, seed: bigint): Product[] {
  const draws = new Draws(seed, 'products');
  return Array.from({ length: count }, (_, product) => {
    const x = Float64Array.from({ length: inputs }, (_, j) => draws.normal(j, product));
    const norm = Math.sqrt(x.reduce((sum, value) => sum + value * value, 0));
    const phases = x.map((_, j) => Math.PI * (2 * draws.uniform(j, product) - 1));
    const { re, im } = interference(x, phases);
    return { s: { re: re / norm, im: im / norm } };
  });
}

export interface Recovered {
  /** Product over ‖x‖: what it is, and what counts make of it. */
  readonly exact: number;
  readonly value: number;
}

/**
 * Recovers every product once, `photons` to each in all: inputs and reference together, in all exposures. The inputs
 * have 1/(1 + ρ) of the light, the reference ρ/(1 + ρ).
 */
export function recoverAll(
  scheme: Scheme,
  products: readonly Product[],
  photons: number,
  ratio: number,
  draws: Draws,
): { readonly recovered: readonly Recovered[]; readonly law: number } {
  const light = photons / scheme.shines / (1 + ratio);
  const [amplitude, reference] = [Math.sqrt(light), Math.sqrt(ratio * light)];
  let variance = 0;
  const recovered = products.map(({ s }, product): Recovered => {
    const seen = { re: amplitude * s.re, im: amplitude * s.im };
    variance += scheme.variance(seen, reference) / light / products.length;
    const counts = scheme.counts(seen, reference).map((mean, exposure) => draws.count(mean, product, exposure));
    return { exact: s.re, value: scheme.recover(counts, reference) / amplitude };
  });
  return { recovered, law: Math.sqrt(variance) };
}

export const rmsError = (recovered: readonly Recovered[]): number =>
  Math.sqrt(recovered.reduce((sum, { exact, value }) => sum + (value - exact) ** 2, 0) / recovered.length);
