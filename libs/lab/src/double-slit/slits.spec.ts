import { describe, expect, it } from 'vitest';
import { Draws } from '../draws.js';
import { gaussLegendre } from '../gauss-legendre.js';
import { closedForm, contrastOf, fringeOf, minimumOf, screen, sinc, type Slits } from './slits.js';
import { measuredVisibility } from './visibility.js';

/** The geometry of docs/reference/optical.md: fringes of 2.532 mm. */
const slits: Slits = { wavelength: 633e-9, separation: 250e-6, width: 40e-6, distance: 1, ratio: 1 };
const fringe = fringeOf(slits);
const across = Array.from({ length: 201 }, (_, i) => (i - 100) * 1e-4);

describe('Gauss–Legendre quadrature', () => {
  it('is exact for polynomials, and for a wave to the last digits', () => {
    const { nodes, weights } = gaussLegendre(24);
    const integral = (f: (x: number) => number): number => nodes.reduce((sum, x, i) => sum + weights[i]! * f(x), 0);
    expect(integral(() => 1)).toBeCloseTo(2, 14);
    expect(integral((x) => x ** 46) * 47).toBeCloseTo(2, 12);
    expect(integral((x) => Math.cos(5 * x))).toBeCloseTo((2 * Math.sin(5)) / 5, 14);
  });
});

describe('fringes of two slits', () => {
  it('are sinc²·(1 + V·cos)/2 in the focal plane of a lens, to 1e-12 of I₀', () => {
    for (const ratio of [1, 0.3, 0.01])
      for (const x of across)
        expect(Math.abs(screen({ ...slits, ratio }, 'lens', x) - closedForm(slits, contrastOf(ratio), x))).toBeLessThan(
          1e-12,
        );
  });

  it('come within 3 parts in 10,000 of it on a free screen, whose d²/λz is 0.1 and whose angles reach 10 mrad', () => {
    const worst = Math.max(...across.map((x) => Math.abs(screen(slits, 'free', x) - closedForm(slits, 1, x))));
    expect(worst).toBeLessThan(3e-4);
    expect(worst).toBeGreaterThan(1e-5);
  });

  it.each([0, 1, 2, 3])('have their minimum of order %d at (m + ½)λz/d', (m) => {
    const at = (way: 'free' | 'lens'): number =>
      minimumOf((x) => screen(slits, way, x), (m + 0.2) * fringe, (m + 0.8) * fringe);
    // A parabola's bottom is found to the square root of the arithmetic's digits.
    expect(Math.abs(at('lens') / ((m + 0.5) * fringe) - 1)).toBeLessThan(1e-6);
    expect(screen(slits, 'lens', (m + 0.5) * fringe)).toBeLessThan(1e-28);
    expect(Math.abs(at('free') / ((m + 0.5) * fringe) - 1)).toBeLessThan(1e-4);
    expect(screen(slits, 'free', at('free'))).toBeLessThan(2e-4);
  });

  it('have their first maximum at 2.510 mm, where the envelope pulls it from λz/d = 2.532 mm', () => {
    expect(fringe * 1e3).toBeCloseTo(2.532, 9);
    for (const f of [(x: number) => screen(slits, 'free', x), (x: number) => closedForm(slits, 1, x)])
      expect(minimumOf((x) => -f(x), 0.7 * fringe, 1.3 * fringe) * 1e3).toBeCloseTo(2.51, 3);
  });

  it('vanish with the width’s own pattern at λz/a', () => {
    expect(sinc(1)).toBeCloseTo(0, 15);
    expect(screen(slits, 'lens', 633e-9 / 40e-6)).toBeLessThan(1e-28);
  });
});

describe('visibility of the fringes', () => {
  it.each([
    [1, 1],
    [0.25, 0.8],
    [0.01, 20 / 101],
  ])('of slits with I₂/I₁ = %d is 2√(I₁I₂)/(I₁ + I₂) = %d', (ratio, visibility) => {
    expect(contrastOf(ratio)).toBeCloseTo(visibility, 12);
    const measured = measuredVisibility({ ...slits, ratio }, 'lens', 0, 1, new Draws(1n, 'still'));
    expect(measured).toBeCloseTo(visibility, 10);
  });

  it.each([
    [1, 0.3],
    [0.5, 0.7],
    [0.25, 1.2],
  ])('with I₂/I₁ = %d falls by e^(−σ²/2) with a phase noise of %d rad', (ratio, sigma) => {
    const shots = 20_000;
    const law = contrastOf(ratio) * Math.exp((-sigma * sigma) / 2);
    const measured = measuredVisibility({ ...slits, ratio }, 'lens', sigma, shots, new Draws(7n, 'noise'));
    // The cosine of the phase has the variance (1 − e^(−σ²))²/2: four standard errors.
    const error = (contrastOf(ratio) * (1 - Math.exp(-sigma * sigma))) / Math.sqrt(2 * shots);
    expect(Math.abs(measured - law)).toBeLessThan(4 * error);
  });
});
