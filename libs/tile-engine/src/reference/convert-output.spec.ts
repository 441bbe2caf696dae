import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Transfer } from '../readout.js';
import { applyTransfer, codeRange, convertOutput } from './convert-output.js';

const finite = fc.float({ min: -40, max: 40, noNaN: true });
/** Largest error against a law, relative to its value or to a thousandth. */
const worst = (transfer: Transfer, law: (s: number) => number): number =>
  fc.sample(finite, { seed: 1, numRuns: 500 }).reduce((most, s) => {
    const exact = law(s);
    return Math.max(most, Math.abs(applyTransfer(s, transfer) - exact) / (1e-3 + Math.abs(exact)));
  }, 0);

describe('a transfer', () => {
  it('clamps', () => {
    expect(worst({ kind: 'clamp', low: -0.5, high: 2 }, (s) => (s < -0.5 ? -0.5 : s > 2 ? 2 : s))).toBeLessThan(1e-6);
  });

  it('compresses', () => {
    expect(worst({ kind: 'compressive', knee: 0.1 }, (s) => s / (1 + Math.abs(Math.fround(0.1) * s)))).toBeLessThan(
      1e-6,
    );
    expect(worst({ kind: 'compressive', knee: -3 }, (s) => s / (1 + Math.abs(3 * s)))).toBeLessThan(1e-6);
    expect(applyTransfer(3e38, { kind: 'compressive', knee: 4 })).toBe(0);
  });

  it('bends by the third power', () => {
    expect(worst({ kind: 'cubic', third: 0.125 }, (s) => s + 0.125 * s ** 3)).toBeLessThan(1e-6);
    expect(worst({ kind: 'cubic', third: 0 }, (s) => s)).toBeLessThan(1e-6);
  });

  it('reads a table, linear between its values and constant outside', () => {
    const values = Float32Array.of(-2, 0.5, 1, 1, -3);
    const transfer = { kind: 'table', range: 8, values } as const;
    // Knots at −8, −4, 0, 4, 8.
    expect([-8, -4, 0, 4, 8].map((s) => applyTransfer(s, transfer))).toEqual([...values]);
    expect([-9, -3e38, 9, 3e38].map((s) => applyTransfer(s, transfer))).toEqual([-2, -2, -3, -3]);
    expect([-6, -2, 2, 6].map((s) => applyTransfer(s, transfer))).toEqual([-0.75, 0.75, 1, -1]);
    fc.assert(
      fc.property(finite, fc.integer({ min: 2, max: 300 }), (s, points) => {
        // A table of a straight line is that line.
        const line = Float32Array.from({ length: points }, (_, i) => -30 + (60 * i) / (points - 1));
        const found = applyTransfer(s, { kind: 'table', range: 15, values: line });
        expect(Math.abs(found - 2 * Math.max(-15, Math.min(15, s)))).toBeLessThan(1e-4);
      }),
      { seed: 2, numRuns: 300 },
    );
  });
});

describe('an output converter', () => {
  it('has symmetric codes, or all of its bits', () => {
    expect(codeRange({ bits: 4, coding: 'symmetric', range: { kind: 'fixed', range: 1 } })).toEqual([-7, 7]);
    expect(codeRange({ bits: 4, coding: 'full', range: { kind: 'fixed', range: 1 } })).toEqual([-8, 7]);
  });

  it('rounds to the nearest code, halves to even, and limits', () => {
    const convert = (s: number) => convertOutput(s, 0.5, 2, [-8, 7]);
    expect(convert(1.1)).toEqual({ value: 1, saturated: false });
    expect(convert(0.25).value).toBe(0);
    expect(convert(0.75).value).toBe(1);
    expect(convert(3.7)).toEqual({ value: 3.5, saturated: false });
    expect(convert(3.8)).toEqual({ value: 3.5, saturated: true });
    expect(convert(-4.2)).toEqual({ value: -4, saturated: false });
    expect(convert(-4.3)).toEqual({ value: -4, saturated: true });
    expect(convert(Infinity)).toEqual({ value: 3.5, saturated: true });
    expect(convert(-3e38)).toEqual({ value: -4, saturated: true });
  });

  it('reads nothing over a range of 0', () => {
    expect(convertOutput(3, 0, 0, [-7, 7])).toEqual({ value: 0, saturated: false });
  });
});
