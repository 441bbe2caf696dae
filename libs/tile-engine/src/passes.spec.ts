import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { passCode, passesOf } from './passes.js';
import type { InputConverter, InputEncoding } from './readout.js';

const converter = (bits: number, encoding?: InputEncoding): InputConverter => ({
  bits,
  scale: { kind: 'abs-max', clip: 1 },
  ...(encoding && { encoding }),
});
const serial = (bits: number, sign: 'sign-magnitude' | 'two-pass' | 'twos-complement'): InputEncoding => ({
  kind: 'bit-serial',
  bits,
  sign,
});

/** Every encoding that `bits` allow. */
const encodings = (bits: number): InputEncoding[] => [
  { kind: 'parallel' },
  { kind: 'two-pass' },
  serial(1, 'twos-complement'),
  ...Array.from({ length: bits - 1 }, (_, i) => [serial(i + 1, 'sign-magnitude'), serial(i + 1, 'two-pass')]).flat(),
];

describe('the readings of an input', () => {
  it.each([2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])('make up every code of %i bits, in every encoding', (bits) => {
    const full = 2 ** (bits - 1) - 1;
    for (const encoding of encodings(bits)) {
      const passes = passesOf(converter(bits, encoding));
      let most = 0;
      let beyond = 0;
      for (let code = -full; code <= full; code++) {
        let sum = 0;
        for (const pass of passes) {
          const part = passCode(code, pass);
          if (Math.abs(part) > pass.limit) beyond += 1;
          sum += (part / pass.limit) * pass.weight;
        }
        most = Math.max(most, Math.abs(sum - code / full));
      }
      // Weights are f32.
      expect(most).toBeLessThan(2 ** -22);
      expect(beyond).toBe(0);
    }
  });

  it.each<[string, number, InputEncoding | undefined, number]>([
    ['one, in parallel', 8, undefined, 1],
    ['two for two passes', 8, { kind: 'two-pass' }, 2],
    ['a bit each of the magnitude', 8, serial(1, 'sign-magnitude'), 7],
    ['slices, the last one narrower', 8, serial(3, 'sign-magnitude'), 3],
    ['twice as many where signs go apart', 8, serial(3, 'two-pass'), 6],
    ['a bit each and the sign', 8, serial(1, 'twos-complement'), 8],
  ])('are %s', (_, bits, encoding, count) => {
    expect(passesOf(converter(bits, encoding))).toHaveLength(count);
  });

  it('carry what their names say', () => {
    const part = (encoding: InputEncoding, code: number): number[] =>
      passesOf(converter(6, encoding)).map((pass) => passCode(code, pass));
    // 22 = 10110 in binary.
    expect(part({ kind: 'two-pass' }, 22)).toEqual([22, 0]);
    expect(part({ kind: 'two-pass' }, -22)).toEqual([0, 22]);
    expect(part(serial(2, 'sign-magnitude'), 22)).toEqual([2, 1, 1]);
    expect(part(serial(2, 'sign-magnitude'), -22)).toEqual([-2, -1, -1]);
    expect(part(serial(2, 'two-pass'), -22)).toEqual([0, 0, 0, 2, 1, 1]);
    // −22 = 101010 in six bits of two's complement.
    expect(part(serial(1, 'twos-complement'), -22)).toEqual([0, 1, 0, 1, 0, 1]);
    const limits = passesOf(converter(6, serial(2, 'sign-magnitude'))).map(({ limit }) => limit);
    expect(limits).toEqual([3, 3, 1]);
  });

  it('refuse slices that a code does not have', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 12 }), fc.integer({ min: -3, max: 20 }), (bits, width) => {
        let code: unknown = null;
        try {
          passesOf(converter(bits, serial(width, 'sign-magnitude')));
        } catch (error) {
          ({ code } = error as { code: unknown });
        }
        expect(code).toBe(width >= 1 && width < bits ? null : 'invalid_shard');
      }),
      { seed: 1 },
    );
    for (const width of [1.5, NaN])
      expect(() => passesOf(converter(8, serial(width, 'two-pass')))).toThrow(/have no slices of/);
    expect(() => passesOf(converter(8, serial(2, 'twos-complement')))).toThrow(/streams single bits/);
  });
});
