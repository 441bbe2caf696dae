import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchOf, exactProduct, moments, random } from '../../testing/random.js';
import { PLAIN, readOnce, uniformProgram } from '../../testing/tiles.js';
import type { InputEncoding, OutputConverter, Readout } from '../readout.js';
import { createTypescriptEngine } from './typescript-engine.js';

const engine = createTypescriptEngine();
const coded = (bits: number, encoding: InputEncoding): Readout => ({
  ...PLAIN,
  input: { bits, scale: { kind: 'abs-max', clip: 1 }, encoding },
});
const SIGNS = ['sign-magnitude', 'two-pass', 'twos-complement'] as const;
const serial = (bits: number, sign: (typeof SIGNS)[number]): InputEncoding => ({ kind: 'bit-serial', bits, sign });

const encoding = (bits: number): fc.Arbitrary<InputEncoding> =>
  fc.oneof(
    fc.constant<InputEncoding>({ kind: 'two-pass' }),
    fc.constant(serial(1, 'twos-complement')),
    fc.record({
      kind: fc.constant('bit-serial' as const),
      bits: fc.integer({ min: 1, max: bits - 1 }),
      sign: fc.constantFrom('sign-magnitude' as const, 'two-pass' as const),
    }),
  );

describe('an encoding', () => {
  it('without noise and ADC reads the parallel product, whatever the slices', () => {
    fc.assert(
      fc.property(
        fc
          .integer({ min: 2, max: 12 })
          .chain((bits) => fc.record({ bits: fc.constant(bits), encoding: encoding(bits) })),
        fc.integer({ min: 1, max: 70 }),
        fc.integer({ min: 1, max: 40 }),
        fc.nat(),
        ({ bits, encoding }, k, tileRows, seed) => {
          const draw = random(seed);
          const [n, rows] = [5, 3];
          const w = draw.gaussians(n * k, 0.3, 3);
          const x = draw.gaussians(rows * k);
          const read = (of: InputEncoding): Float32Array =>
            readOnce(
              engine,
              // The same weight codes for both: passes of fewer bits would leave the weights more.
              { ...uniformProgram(w, k, n, tileRows, coded(bits, of)), levels: 1000 },
              batchOf(x, rows),
            ).y;
          const [parallel, passes] = [read({ kind: 'parallel' }), read(encoding)];
          const size = exactProduct(w.map(Math.abs), x.map(Math.abs), rows, k, n);
          // Each of up to 24 passes and 70 tiles rounds by 2⁻²⁴ of what the sum of magnitudes bounds, twice for both signs.
          passes.forEach((value, at) =>
            expect(Math.abs(value - parallel[at]!)).toBeLessThan(2e-5 * (size[at]! + 1e-6)),
          );
        },
      ),
      { seed: 1, numRuns: 100 },
    );
  });

  describe('converts each pass alone', () => {
    const adc = (bits: number, range: number): OutputConverter => ({
      bits,
      coding: 'symmetric',
      range: { kind: 'fixed', range },
    });
    /** Inputs in units of codes, 4 bits: L = 7. */
    const read = (w: readonly number[], codes: readonly number[], encoding: InputEncoding, output: OutputConverter) =>
      readOnce(
        engine,
        uniformProgram(Float32Array.from(w), codes.length, w.length / codes.length, codes.length, {
          ...PLAIN,
          input: { bits: 4, scale: { kind: 'fixed', range: 7 }, encoding },
          output,
        }),
        batchOf(Float32Array.from(codes), 1),
      );

    it('in two passes: halves that cancel may clip', () => {
      // In parallel 1 − 1 = 0; apart both halves read 1 on an ADC that ends at 0.5.
      expect(read([1, 1], [7, -7], { kind: 'parallel' }, adc(3, 0.5))).toMatchObject({ adcSaturated: 0 });
      const { y, adcSaturated } = read([1, 1], [7, -5], { kind: 'two-pass' }, adc(3, 0.5));
      expect(adcSaturated).toBe(2);
      expect(y[0]).toBe(0);
    });

    it('bit by bit: weight 0.5 reads 0.6 on steps of 0.3', () => {
      // 5 = 101 in binary: passes 0.5, 0, 0.5 read 0.6, 0, 0.6 and count 1/7, 2/7, 4/7 of 7.
      expect(read([0.5], [5], serial(1, 'sign-magnitude'), adc(3, 0.9)).y[0]).toBeCloseTo(0.6 * 5, 5);
      expect(read([0.5], [-5], serial(1, 'two-pass'), adc(3, 0.9)).y[0]).toBeCloseTo(-0.6 * 5, 5);
      // −5 = 1011 in two's complement: 1 + 2 − 8.
      expect(read([0.5], [-5], serial(1, 'twos-complement'), adc(3, 0.9)).y[0]).toBeCloseTo(-0.6 * 5, 5);
      // In parallel 5/7 · 0.5 = 0.357 reads 0.3.
      expect(read([0.5], [5], { kind: 'parallel' }, adc(3, 0.9)).y[0]).toBeCloseTo(0.3 * 7, 5);
    });

    it('slice by slice: a slice of two bits drives up to 3', () => {
      // 6 = 1·4 + 2: slices 2/3 and 1/1 of a line, which count 3/7 and 4/7. 0.6·2/3 = 0.4 reads 0.3, 0.6 reads 0.6.
      expect(read([0.6], [6], serial(2, 'sign-magnitude'), adc(3, 0.9)).y[0]).toBeCloseTo(0.3 * 3 + 0.6 * 4, 5);
    });
  });

  it('draws noise in each pass: variances add by the squares of what passes count', () => {
    const rows = 4_000;
    const batch = batchOf(new Float32Array(rows).fill(1), rows);
    const variance = (encoding: InputEncoding): number =>
      moments(
        readOnce(
          engine,
          uniformProgram(Float32Array.of(0), 1, 1, 1, {
            ...coded(4, encoding),
            noise: [{ kind: 'constant', coefficient: 0.1 }],
          }),
          batch,
        ).y,
      ).variance / 0.01;
    const near = (found: number, exact: number): void =>
      expect(Math.abs(found / exact - 1)).toBeLessThan(5 * Math.sqrt(2 / rows));
    near(variance({ kind: 'parallel' }), 1);
    near(variance({ kind: 'two-pass' }), 2);
    near(variance(serial(1, 'sign-magnitude')), (1 + 4 + 16) / 49);
    near(variance(serial(2, 'sign-magnitude')), (9 + 16) / 49);
    near(variance(serial(1, 'two-pass')), (2 * (1 + 4 + 16)) / 49);
    near(variance(serial(1, 'twos-complement')), (1 + 4 + 16 + 64) / 49);
  });
});
