import { describe, expect, it } from 'vitest';
import { random } from '../../../../tile-engine/testing/random.js';
import { idealLadder, type Ladder, ladderOutput, ladderTable } from './c2c-ladder.js';

/** Node voltages of a ladder by charge conservation: Gauss elimination of the node equations, C·v = q. */
function solved({ termination, branches, series, parasitic }: Ladder, code: number): { v: number; c: number } {
  const n = branches.length;
  const solve = (inject: number, drive: number): number => {
    const a = Array.from({ length: n }, () => Array.from({ length: n + 1 }, () => 0));
    for (let i = 0; i < n; i++) {
      a[i]![i] = branches[i]! + parasitic + (i === 0 ? termination : series[i - 1]!) + (i < n - 1 ? series[i]! : 0);
      if (i > 0) a[i]![i - 1] = -series[i - 1]!;
      if (i < n - 1) a[i]![i + 1] = -series[i]!;
      a[i]![n] = drive * ((code >> i) & 1) * branches[i]! + (i === n - 1 ? inject : 0);
    }
    for (let i = 0; i < n; i++)
      for (let j = i + 1; j < n; j++) {
        const f = a[j]![i]! / a[i]![i]!;
        for (let m = i; m <= n; m++) a[j]![m]! -= f * a[i]![m]!;
      }
    return a[n - 1]![n]! / a[n - 1]![n - 1]!;
  };
  return { v: solve(0, 1), c: 1 / solve(1, 0) };
}

describe('a C-2C ladder', () => {
  it('without parasitics is code/2^bits', () => {
    const { charges, capacitance } = ladderOutput(idealLadder(8, 0));
    charges.forEach((charge, bit) => expect(charge / capacitance).toBeCloseTo(2 ** (bit - 8), 14));
    expect(capacitance).toBeCloseTo(2, 14);
    const table = ladderTable(8, 0, 0);
    table.mean.forEach((value, code) => expect(value).toBeCloseTo(code / 256, 13));
    expect(table.charge).toBeCloseTo(2, 12);
  });

  it('is the solution of its node equations, whatever its capacitors', () => {
    const { gaussian } = random(1);
    for (let trial = 0; trial < 20; trial++) {
      const spread = (value: number): number => value * (1 + 0.1 * gaussian());
      const nominal = idealLadder(6, Math.abs(spread(0.05)));
      const ladder: Ladder = {
        ...nominal,
        termination: spread(1),
        branches: nominal.branches.map(spread),
        series: nominal.series.map(spread),
      };
      const { charges, capacitance } = ladderOutput(ladder);
      for (const code of [1, 5, 32, 33, 63]) {
        const { v, c } = solved(ladder, code);
        const sum = charges.reduce((total, charge, bit) => total + ((code >> bit) & 1) * charge, 0);
        expect(sum / capacitance).toBeCloseTo(v, 12);
        expect(capacitance).toBeCloseTo(c, 12);
      }
    }
  });

  it('bends under parasitics: the carry into the highest bit is the largest step', () => {
    const { mean } = ladderTable(8, 0.02, 0);
    const steps = Array.from({ length: 255 }, (_, code) => (mean[code + 1]! - mean[code]!) * 256);
    const worst = steps.reduce((at, step, code) => (Math.abs(step - 1) > Math.abs(steps[at]! - 1) ? code : at), 0);
    expect(worst).toBe(127);
    expect(Math.abs(steps[127]! - 1)).toBeGreaterThan(0.5);
  });

  it('has the spread of ladders drawn capacitor by capacitor', () => {
    const sigma = 0.01;
    const { sigma: law, charge } = ladderTable(8, 0.01, sigma);
    const nominal = idealLadder(8, 0.01);
    const reference = ladderOutput(nominal).charges;
    const { gaussian } = random(2);
    const codes = [1, 64, 127, 128, 170, 255];
    const squares = codes.map(() => 0);
    const chips = 3000;
    for (let chip = 0; chip < chips; chip++) {
      const { charges } = ladderOutput({
        ...nominal,
        termination: 1 + sigma * gaussian(),
        branches: nominal.branches.map((c) => c * (1 + sigma * gaussian())),
        series: nominal.series.map((c) => c * (1 + (sigma / Math.SQRT2) * gaussian())),
      });
      codes.forEach((code, i) => {
        let error = 0;
        for (let bit = 0; bit < 8; bit++) error += ((code >> bit) & 1) * (charges[bit]! - reference[bit]!);
        squares[i]! += (error / charge) ** 2 / chips;
      });
    }
    codes.forEach((code, i) => expect(Math.abs(Math.sqrt(squares[i]!) / law[code]! - 1)).toBeLessThan(0.06));
  });
});
