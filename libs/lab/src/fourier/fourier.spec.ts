import { describe, expect, it } from 'vitest';
import { optionsOf } from '../../testing/context.js';
import { Draws } from '../draws.js';
import {
  convolved,
  correlate,
  diffracted,
  type Kernel,
  maskOf,
  passed,
  type Picture,
  roughened,
  turned,
} from './correlator.js';
import { fourier } from './experiment.js';
import { emptyPlane, energy, Fourier, lens } from './fft.js';
import { blur, EDGES, letterKernel, placesOf, writing } from './pictures.js';
import { runFourier } from './run.js';
import { scatter } from './scatter.js';

const draws = new Draws(3n, 'picture');
const noisy = (size: number): Picture => ({
  size,
  values: Float64Array.from({ length: size * size }, (_, i) => draws.normal(i)),
});
const apart = (a: Float64Array, b: Float64Array): number =>
  a.reduce((worst, value, i) => Math.max(worst, Math.abs(value - b[i]!)), 0);

describe('the transform of a lens', () => {
  it.each([2, 8, 64])('of %d values is their sum with e^(−2πi·ux/n)/√n', (n) => {
    const re = Float64Array.from({ length: n }, (_, i) => draws.normal(i, 1));
    const im = Float64Array.from({ length: n }, (_, i) => draws.normal(i, 2));
    const [a, b] = [re.slice(), im.slice()];
    new Fourier(n).line(a, b, 0, 1);
    for (let u = 0; u < n; u++) {
      let [sumRe, sumIm] = [0, 0];
      for (let x = 0; x < n; x++) {
        const angle = (-2 * Math.PI * ((u * x) % n)) / n;
        sumRe += re[x]! * Math.cos(angle) - im[x]! * Math.sin(angle);
        sumIm += re[x]! * Math.sin(angle) + im[x]! * Math.cos(angle);
      }
      expect(Math.abs(a[u]! - sumRe / Math.sqrt(n))).toBeLessThan(1e-12);
      expect(Math.abs(b[u]! - sumIm / Math.sqrt(n))).toBeLessThan(1e-12);
    }
  });

  it('takes powers of two alone', () => {
    expect(() => new Fourier(48)).toThrow(/power of two/);
  });

  it('keeps the light, to 1e-12 (Parseval)', () => {
    const field = { ...emptyPlane(64), re: noisy(64).values, im: noisy(64).values.toReversed() };
    expect(Math.abs(energy(lens(field)) / energy(field) - 1)).toBeLessThan(1e-12);
  });

  it('is the diffraction pattern that wavelets from every place make', () => {
    const picture = noisy(32);
    const { spectrum } = correlate(picture, maskOf(EDGES, 32, 'full'));
    for (const [u, v] of [
      [0, 0],
      [1, 0],
      [5, 30],
      [17, 16],
    ] as const) {
      const wavelets = diffracted(picture, u, v);
      expect(wavelets.re).toBeCloseTo(spectrum.re[v * 32 + u]!, 11);
      expect(wavelets.im).toBeCloseTo(spectrum.im[v * 32 + u]!, 11);
    }
  });

  it('shows the picture turned about its middle when it is made twice', () => {
    const picture = noisy(16);
    const twice = lens(lens({ ...emptyPlane(16), re: picture.values }));
    expect(apart(twice.re, picture.values)).toBeGreaterThan(0.5);
    expect(apart(turned(twice).re, picture.values)).toBeLessThan(1e-12);
  });
});

describe('a 4f correlator', () => {
  const lopsided: Kernel = { width: 5, height: 3, values: Float64Array.from({ length: 15 }, (_, i) => (i % 7) - 2.5) };

  it.each([
    ['edges', EDGES],
    ['blur', blur()],
    ['a letter', letterKernel('G', 64)],
    ['a kernel without symmetry', lopsided],
  ])('convolves with %s, to 1e-12 of the direct sum', (_, kernel) => {
    const picture = noisy(64);
    const mask = maskOf(kernel, 64, 'full');
    const { output } = correlate(picture, mask);
    const direct = convolved(picture, kernel).values;
    const most = Math.max(...direct.map(Math.abs));
    expect(
      apart(
        output.re.map((value) => value / mask.gain),
        direct,
      ),
    ).toBeLessThan(1e-12 * most);
    expect(Math.max(...output.im.map(Math.abs)) / mask.gain).toBeLessThan(1e-12 * most);
  });

  it('has masks without gain: of the kernel, or of its phase alone, which keeps all light', () => {
    const kernel = letterKernel('M', 32);
    const magnitudes = ({ field: { re, im } }: ReturnType<typeof maskOf>): Float64Array =>
      re.map((value, i) => Math.hypot(value, im[i]!));
    expect(Math.max(...magnitudes(maskOf(kernel, 32, 'full')))).toBeCloseTo(1, 14);
    for (const value of magnitudes(maskOf(kernel, 32, 'phase'))) expect(value).toBeCloseTo(1, 12);
    const { spectrum } = correlate(writing(32), maskOf(kernel, 32, 'full'));
    expect(energy(passed(spectrum, maskOf(kernel, 32, 'phase'))) / energy(spectrum)).toBeCloseTo(1, 12);
  });

  it.each(['H', 'G', 'T'] as const)('finds the letter %s where it stands', (letter) => {
    const { rows } = runFourier(optionsOf(fourier, { letter, sigmas: [1], masks: 2 }));
    const peaks = rows.filter(({ what }) => what === 'peak');
    const count = placesOf(letter, 64).length;
    expect(peaks).toHaveLength(count + 1);
    expect(peaks.slice(0, count).map((row) => row['letter'])).toEqual(Array.from({ length: count }, () => true));
    expect(peaks.at(-1)).toMatchObject({ letter: false });
    expect(peaks.at(-1)!['value'] as number).toBeLessThan(0.95);
  });
});

describe('phase errors of the mask', () => {
  // Every place of the Fourier plane weighs alike, so that one mask tells the floor to 1/64.
  const flat: Picture = { size: 64, values: Float64Array.from({ length: 4096 }, (_, i) => (i === 0 ? 1 : 0)) };
  const open = maskOf({ width: 1, height: 1, values: Float64Array.of(1) }, 64, 'full');

  it.each([0.05, 0.3, 1, 2])('of σ = %d rad scatter 1 − e^(−σ²) of the light', (sigma) => {
    const { scattered, error, equation } = scatter(flat, open, sigma, 12, new Draws(5n, 'floor'));
    expect(equation).toBeCloseTo(1 - Math.exp(-sigma * sigma), 12);
    expect(Math.abs(scattered - equation)).toBeLessThan(Math.max(4 * error, 1e-9));
    expect(error / equation).toBeLessThan(0.02);
  });

  it('keep e^(−σ²/2) of the field, and all of the light', () => {
    const sigma = 0.8;
    const rough = roughened(open, sigma, new Draws(6n, 'rough'), 0);
    const { output, input } = correlate(flat, rough);
    expect(energy(output) / energy(input)).toBeCloseTo(1, 12);
    // The variance of a cosine of the phase is (1 − e^(−σ²))²/2: four standard errors of 4096 places.
    const error = (1 - Math.exp(-sigma * sigma)) / Math.sqrt(2 * 4096);
    expect(Math.abs(output.re[0]! - Math.exp((-sigma * sigma) / 2))).toBeLessThan(4 * error);
  });
});

describe('lab fourier', () => {
  it('prints its checks, and the same again for the same seed', () => {
    const few = { sigmas: [0.5], masks: 2, size: '32', phaseNoise: 0.3 } as const;
    const run = (changed = {}) => runFourier(optionsOf(fourier, { ...few, ...changed }));
    const [check] = run().rows;
    for (const name of ['parseval_first', 'parseval_second', 'convolution', 'diffraction'])
      expect(Math.abs(check![name] as number)).toBeLessThan(1e-12);
    expect(run()).toEqual(run());
    expect(run({ seed: 2n }).rows).not.toEqual(run().rows);
    expect(run({ mask: 'phase' }).rows[0]).toMatchObject({ convolution: null });
    expect(run({ mask: 'phase' }).rows[0]!['mask_transmission']).toBeCloseTo(1, 12);
  });
});
