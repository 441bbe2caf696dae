import { describe, expect, it } from 'vitest';
import { Crosstalk, heatAt } from './crosstalk.js';
import { latticeOf } from './lattice.js';

const geometry = { arm_gap: 10e-6, mzi_pitch: 24e-6, column_pitch: 120e-6 };

/** What every phase gains where one heater alone is at 1 rad. */
function heatOf(crosstalk: Crosstalk, shifters: number, one: number): Float64Array {
  const phases = new Float64Array(shifters);
  const heat = new Float64Array(shifters);
  heat[one] = 1;
  crosstalk.add(phases, heat, 1);
  return phases;
}

describe("SCATTER's law of distance", () => {
  it('is 1 at the heater and falls: 0.101 at 10 µm, 0.0102 at 24 µm', () => {
    expect(heatAt(0)).toBe(1);
    expect(heatAt(10e-6)).toBeCloseTo(0.1012, 4);
    expect(heatAt(24e-6)).toBeCloseTo(0.2167 * Math.exp(-3.06), 9);
    let last = 1;
    for (let d = 1; d < 200; d++) {
      const heat = heatAt(d * 1e-6);
      // Polynomial and exponential meet at 23 µm to 0.6 % of the heater's own phase.
      expect(heat).toBeLessThan(last + 0.006);
      expect(heat).toBeGreaterThan(-1e-3);
      last = heat;
    }
  });
});

describe('cross-talk of heaters', () => {
  const lattice = latticeOf(8);
  const { count } = lattice;
  const shifters = 2 * count + 8;
  const placeOf = (column: number, mode: number): number =>
    lattice.mode.findIndex((m, place) => m === mode && lattice.column[place] === column);

  it('by neighbours is c at the two of its column, and at the two beside it on its waveguide', () => {
    const one = placeOf(2, 2);
    const added = heatOf(Crosstalk.neighbours(lattice, 0.02), shifters, one);
    const warm = [...added.keys()].filter((i) => added[i] !== 0);
    // θ at (2, 2): θ at (2, 0) and (2, 4), φ of its own, and φ at (4, 2).
    expect(warm.sort((a, b) => a - b)).toEqual(
      [placeOf(2, 0), placeOf(2, 4), count + one, count + placeOf(4, 2)].sort((a, b) => a - b),
    );
    for (const i of warm) expect(added[i]).toBe(0.02);
  });

  it('by layout is γ(upper arm) − γ(lower arm), stronger on the side of the lower arm', () => {
    const added = heatOf(Crosstalk.layout(lattice, geometry), shifters, placeOf(2, 2));
    // The one above has its lower arm 14 µm away, the one below its arms at 24 and 34 µm.
    expect(added[placeOf(2, 0)]).toBeCloseTo(heatAt(24e-6) - heatAt(14e-6), 12);
    expect(added[placeOf(2, 4)]).toBeCloseTo(heatAt(24e-6) - heatAt(34e-6), 12);
    expect(Math.abs(added[placeOf(2, 0)]!)).toBeGreaterThan(4 * Math.abs(added[placeOf(2, 4)]!));
    // A column further nothing is left: 120 µm are e^(−15).
    expect(added[placeOf(4, 2)]).toBe(0);
  });

  it('adds up over heaters, in proportion to what is left of it', () => {
    const crosstalk = Crosstalk.layout(lattice, geometry);
    const heat = Float64Array.from({ length: shifters }, (_, i) => (i % 7) / 3);
    const [whole, part] = [new Float64Array(shifters), new Float64Array(shifters)];
    crosstalk.add(whole, heat, 1);
    crosstalk.add(part, heat, 0.05);
    const sum = new Float64Array(shifters);
    heat.forEach((value, one) => heatOf(crosstalk, shifters, one).forEach((x, i) => (sum[i]! += value * x)));
    whole.forEach((value, i) => {
      expect(value).toBeCloseTo(sum[i]!, 12);
      expect(part[i]).toBeCloseTo(0.05 * value, 12);
    });
  });
});
