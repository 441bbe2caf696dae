import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchOf, exactProduct, moments, random, relativeError } from '../../testing/random.js';
import { PLAIN, readOnce, uniformProgram } from '../../testing/tiles.js';
import type { TileProgram } from '../engine.js';
import type { InputConverter, Readout } from '../readout.js';
import { createTypescriptEngine } from './typescript-engine.js';

const engine = createTypescriptEngine();

describe('bit-sliced weights', () => {
  /** Digits of m in base 15, −7 … 7, least significant first. */
  const digits = (m: number, count: number): number[] =>
    Array.from({ length: count }, () => {
      const digit = ((((m + 7) % 15) + 15) % 15) - 7;
      m = (m - digit) / 15;
      return digit;
    });

  /** Weights m/1687 with |m| ≤ 1687 = 7·(1 + 15 + 225), in three slices of seven levels a side. */
  function sliced(m: readonly number[], k: number, n: number, tileRows: number, readout: Readout): TileProgram {
    const tiles = Math.ceil(k / tileRows);
    const weights = new Float32Array(3 * n * k);
    const fullScale = new Float32Array(3 * tiles * n);
    m.forEach((value, at) =>
      digits(value, 3).forEach((digit, slice) => (weights[slice * n * k + at] = (digit * 15 ** slice) / 1687)),
    );
    for (let slice = 0; slice < 3; slice++)
      fullScale.fill((7 * 15 ** slice) / 1687, slice * tiles * n, (slice + 1) * tiles * n);
    return { k, n, tileRows, slices: 3, levels: 7, weights, fullScale, readout };
  }

  it('read what unsliced ones do: full scales carry the significance', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 40 }), fc.nat(), (k, tileRows, seed) => {
        const draw = random(seed);
        const [n, rows] = [4, 3];
        const m = Array.from({ length: n * k }, () => Math.floor(draw.uniform() * 3375) - 1687);
        const x = draw.gaussians(rows * k);
        const whole = Float32Array.from(m, (value) => value / 1687);
        const one = { ...uniformProgram(whole, k, n, tileRows, PLAIN), levels: 1687 };
        const exact = readOnce(engine, one, batchOf(x, rows)).y;
        const { y } = readOnce(engine, sliced(m, k, n, tileRows, PLAIN), batchOf(x, rows));
        expect(relativeError(y, exact)).toBeLessThan(1e-6 * Math.sqrt(k));
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  it('have a converter and a draw for each slice', () => {
    const program = (readout: Readout): TileProgram => sliced([1687, 900], 1, 2, 1, readout);
    const adc: Readout = {
      ...PLAIN,
      output: { bits: 3, coding: 'symmetric', range: { kind: 'fixed', range: 0.6 } },
    };
    // All three digits of 1687 are full scale, 1; the ADC ends at 0.6. 900 = 4·225 + 0·15 + 0.
    const { y, adcSaturated } = readOnce(engine, program(adc), batchOf(Float32Array.of(1), 1));
    expect(adcSaturated).toBe(3);
    expect(y[0]).toBeCloseTo(0.6, 5);
    expect(y[1]).toBeCloseTo((0.6 * 7 * 225) / 1687, 5);
    const rows = 4_000;
    const noisy: Readout = { ...PLAIN, noise: [{ kind: 'constant', coefficient: 0.1 }] };
    const drawn = readOnce(engine, program(noisy), batchOf(new Float32Array(rows).fill(1), rows));
    const law = (0.01 * 49 * (1 + 15 ** 2 + 15 ** 4)) / 1687 ** 2;
    const first = drawn.y.filter((_, at) => at % 2 === 0);
    expect(Math.abs(moments(first).variance / law - 1)).toBeLessThan(5 * Math.sqrt(2 / rows));
  });

  it('may have coefficients of their own', () => {
    const range = Float32Array.of(0, 0, 1, 1, 0, 0);
    const readout: Readout = { ...PLAIN, output: { bits: 14, coding: 'symmetric', range: { kind: 'fixed', range } } };
    const { y } = readOnce(engine, sliced([1687, -15], 1, 2, 1, readout), batchOf(Float32Array.of(1), 1));
    // Only the middle digits are read.
    expect(y[0]).toBeCloseTo(105 / 1687, 4);
    expect(y[1]).toBeCloseTo(-15 / 1687, 4);
  });
});

describe('codes of 12 bits on 1024 rows of 16-bit weights', () => {
  const k = 1024;
  const input: InputConverter = { bits: 12, scale: { kind: 'fixed', range: 2047 } };

  it.each<[string, (i: number) => number, (i: number) => number]>([
    ['largest of one sign', () => 2047, () => 1],
    ['largest of the other', () => -2047, () => 1],
    ['least', () => -1, () => 1],
    ['of both signs', (i) => (i % 2 ? 2047 : -2047), (i) => (i % 3 ? 1 : -1)],
    ['of any size', (i) => ((i * 7919) % 4095) - 2047, (i) => (((i * 104_729) % 65_535) - 32_767) / 32_767],
    ['that cancel', (i) => (i % 2 ? 2047 : -2047), () => 1],
  ])('%s are summed exactly', (_, code, weight) => {
    const x = Float32Array.from({ length: k }, (_, i) => code(i));
    const w = Float32Array.from({ length: k }, (_, i) => weight(i));
    const { y } = readOnce(engine, uniformProgram(w, k, 1, k, { ...PLAIN, input }), batchOf(x, 1));
    let exact = 0n;
    let [high, low] = [0n, 0n];
    x.forEach((value, i) => {
      const stored = BigInt(Math.round(weight(i) * 32_767));
      exact += BigInt(value) * stored;
      high += BigInt(value >> 6) * stored;
      low += BigInt(value & 63) * stored;
    });
    expect(high * 64n + low).toBe(exact);
    // Both parts fit into int32 …
    for (const part of [high, low]) expect(part >= -(2n ** 31n) && part < 2n ** 31n).toBe(true);
    // … and become f32 each, then their sum, then its scale: 2⁻²⁴ of each.
    const rounding = 2 ** -24 * (64 * Math.abs(Number(high)) + Math.abs(Number(low)) + 5 * Math.abs(Number(exact)));
    expect(Math.abs(y[0]! * 32_767 - Number(exact))).toBeLessThanOrEqual(rounding);
  });

  it('give the product to the precision of their bits', () => {
    const draw = random(4);
    const w = draw.gaussians(8 * k, 0.2, 4);
    const x = draw.gaussians(4 * k);
    const dac: Readout = { ...PLAIN, input: { bits: 12, scale: { kind: 'abs-max', clip: 1 } } };
    const { y } = readOnce(engine, uniformProgram(w, k, 8, k, dac), batchOf(x, 4));
    // Half a code of 1/2047 of about 3.5 σ, evenly spread: 3.5/2047/√12.
    expect(relativeError(y, exactProduct(w, x, 4, k, 8))).toBeLessThan((1.3 * 3.5) / 2047 / Math.sqrt(12));
  });
});
