import { describe, expect, it } from 'vitest';
import { leakSum } from './crosstalk.js';
import { allPassExtremes, allPassRange, allPassTransmission, finesseOf, WeightRing } from './ring.js';

/** TorchONN's rings. */
const RINGS = [
  ['high', { a: 0.987, r: 0.99 }, 0.966, 17.6, 136],
  ['middle', { a: 0.925, r: 0.93 }, 0.989, 28.9, 21],
  ['low', { a: 0.845, r: 0.85 }, 0.946, 34.9, 9.4],
] as const;

const decibels = (ratio: number): number => 10 * Math.log10(ratio);

describe.each(RINGS)('a ring of %s quality', (_, ring, range, extinction, finesse) => {
  const [least, greatest] = allPassExtremes(ring);

  it('has its extremes at phases 0 and π', () => {
    expect(allPassTransmission(ring, 1)).toBeCloseTo(least, 12);
    expect(allPassTransmission(ring, -1)).toBeCloseTo(greatest, 12);
    for (let i = 1; i < 100; i++) {
      const t = allPassTransmission(ring, Math.cos((Math.PI * i) / 100));
      expect(t).toBeGreaterThan(least);
      expect(t).toBeLessThan(greatest);
    }
  });

  // The field after one coupler and any number of round trips, added up.
  it('is what the fields of all round trips add up to', () => {
    const { a, r } = ring;
    const t = 1 - r * r;
    for (const phase of [0, 0.01, 0.3, 1, Math.PI]) {
      let re = r;
      let im = 0;
      for (let trips = 1; trips < 4_000; trips++) {
        const amplitude = t * r ** (trips - 1) * a ** trips;
        re -= amplitude * Math.cos(trips * phase);
        im -= amplitude * Math.sin(trips * phase);
      }
      expect(re * re + im * im).toBeCloseTo(allPassTransmission(ring, Math.cos(phase)), 9);
    }
  });

  it('weighs within its range, behind its extinction ratio', () => {
    expect(allPassRange(ring)).toBeCloseTo(range, 3);
    expect(decibels(greatest / least)).toBeCloseTo(extinction, 1);
    expect(Math.abs(finesseOf(ring.a * ring.r) / finesse - 1)).toBeLessThan(0.01);
  });

  it('is an add-drop ring whose second coupler takes what the round trip loses', () => {
    // Without loss all that does not pass is dropped: T_drop − T_through = 1 − 2·T_through.
    const lossless = new WeightRing({ a: 1, r: Math.sqrt(ring.a * ring.r) });
    for (const c of [1, 0.9, 0, -1]) expect(lossless.through(c) + lossless.drop(c)).toBeCloseTo(1, 12);
    expect(lossless.finesse).toBeCloseTo(finesseOf(ring.a * ring.r), 9);
  });
});

describe('a weight ring', () => {
  const ring = new WeightRing({ a: 0.99928, r: 0.99612 });

  it('has a finesse of 370, and half its dip half a width off resonance', () => {
    expect(ring.finesse).toBeCloseTo(370, 0);
    const [top, bottom] = [ring.drop(1), ring.drop(-1)];
    const half = ring.drop(Math.cos(Math.PI / ring.finesse));
    expect(half / ((top + bottom) / 2)).toBeCloseTo(1, 2);
  });

  it('gives back the phase of a weight', () => {
    for (const w of [-0.82, -0.3, 0, 0.5, 0.82]) expect(ring.weight(ring.cosineOf(w))).toBeCloseTo(w, 9);
  });

  it('never makes light: T_drop + T_through ≤ 1', () => {
    for (let i = 0; i <= 200; i++) expect(ring.light(Math.cos((Math.PI * i) / 200))).toBeLessThanOrEqual(1 + 1e-12);
  });
});

describe('crosstalk of N channels', () => {
  // In percent, as published to two figures or one.
  it.each([
    [370, 16, 0.14],
    [370, 32, 0.59],
    [370, 64, 2.4],
    [100, 8, 0.44],
    [100, 16, 1.9],
    [100, 32, 8],
  ])('of finesse %d, %d channels: %d %% of all light', (finesse, channels, percent) => {
    expect(Math.abs((100 * leakSum(channels, finesse)) / percent - 1)).toBeLessThan(0.025);
  });

  it('stays below 1 % for N ≤ finesse/10', () => {
    for (const finesse of [100, 200, 370, 1000]) expect(leakSum(finesse / 10, finesse)).toBeLessThan(0.01);
  });
});
