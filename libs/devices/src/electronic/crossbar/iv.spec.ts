import { createTileEngine } from '@ohmlight/tile-engine';
import { describe, expect, it } from 'vitest';
import { batchOf, random } from '../../../../tile-engine/testing/random.js';
import { frameOf, product, relativeTo, shardOf, variant } from '../../../testing/profiles.js';
import { distance } from '../../../testing/tiles.js';
import { createDevice } from '../../create-device.js';
import { effectiveMatrix, iterate } from '../wires/index.js';
import { ivFault, ivLaw } from './iv.js';
import { wiringOf } from './wiring.js';

/** Milo et al. as in CrossSim, lowest power first: 50 to 225 µS, up to 0.5 V. */
const MILO = {
  iv_second: [0.007063, 0.005711, 0.001541, 0.0001388],
  iv_third: [0.0012968, 0.00067919, 0.00008871],
  g_min: 50e-6,
  g_max: 225e-6,
  read_voltage: 0.4,
  input_encoding: 'pulse-width',
};
const p = frameOf('rram-cmo-hfox', MILO);
const law = ivLaw(p)!;

/** CrossSim's polynomials themselves, highest power first. */
function milo(v: number, g: number): number {
  const horner = (c: number[]) => c.reduce((sum, value) => sum * Math.log10(g) + value, 0);
  return (
    g * v +
    horner([0.0001388, 0.001541, 0.005711, 0.007063]) * v ** 2 +
    horner([8.871e-5, 6.7919e-4, 1.2968e-3]) * v ** 3
  );
}

describe('nonlinear devices', () => {
  it('have the current of the polynomials, odd in the voltage', () => {
    for (const g of [50e-6, 77e-6, 120e-6, 225e-6])
      for (const v of [0.05, 0.2, 0.5]) {
        expect(law.current(v, g) / milo(v, g)).toBeCloseTo(1, 5);
        expect(law.current(-v, g)).toBe(-law.current(v, g));
        const step = 1e-6;
        const slope = (law.current(v + step, g) - law.current(v - step, g)) / (2 * step);
        expect(law.slope(v, g) / slope).toBeCloseTo(1, 6);
      }
    expect(law.current(0.3, 0)).toBe(0);
  });

  it('bend by some per cent at 0.5 V, so that the law matters', () => {
    const bend = [50e-6, 100e-6, 225e-6].map((g) => Math.abs(law.current(0.5, g) / (g * 0.5) - 1));
    expect(Math.max(...bend)).toBeGreaterThan(0.02);
  });

  it('are refused where a line carries more than one voltage, or the current would fall', () => {
    expect(ivFault(p)).toBeUndefined();
    expect(ivFault(frameOf('rram-cmo-hfox', { ...MILO, input_encoding: 'voltage' }))?.reason).toContain('one voltage');
    expect(
      ivFault(frameOf('rram-cmo-hfox', { ...MILO, input_encoding: 'bit-serial', input_slice_bits: 2 }))?.parameter,
    ).toBe('iv_second');
    expect(ivFault(frameOf('rram-cmo-hfox', { ...MILO, iv_third: [-1] }))?.reason).toContain('must not fall');
  });

  const rows = 48;
  const columns = 32;
  const draw = random(4);
  const g = Float64Array.from({ length: rows * columns }, () => p.g_min + draw.uniform() * (p.g_max - p.g_min));
  /** Column by column, as tiles are. */
  const turned = (matrix: Float64Array): Float64Array => {
    const out = new Float64Array(matrix.length);
    for (let i = 0; i < rows; i++) for (let c = 0; c < columns; c++) out[c * rows + i] = matrix[i * columns + c]!;
    return out;
  };
  const effective = (values: Record<string, unknown>): Float64Array => {
    const tile = turned(g);
    wiringOf(frameOf('rram-cmo-hfox', { ...MILO, ...values }))!(tile, rows, columns);
    return tile;
  };

  it('without wires are I(V)/V at the one voltage there is', () => {
    const expected = turned(g).map((siemens) => milo(p.read_voltage, siemens) / p.read_voltage);
    effective({}).forEach((value, at) => expect(value / expected[at]!).toBeCloseTo(1, 5));
  });

  it('behind wires give the currents of the iterated network: exactly when all lines are driven, nearly when some are', () => {
    const wires = { inputSegment: 2, outputSegment: 2 };
    const wired = { wire_model: 'exact', wire_input_resistance: 2, wire_output_resistance: 2 };
    const w = effective(wired);
    const linear = turned(effectiveMatrix(g, rows, columns, wires));
    const currents = (matrix: Float64Array, x: Float64Array): Float64Array =>
      Float64Array.from({ length: columns }, (_, c) => {
        let sum = 0;
        for (let i = 0; i < rows; i++) sum += x[i]! * matrix[c * rows + i]!;
        return sum;
      });
    const errors = (x: Float64Array): [number, number] => {
      const exact = iterate(x, g, rows, columns, wires, { cell: law }).currents;
      return [distance(currents(w, x), exact), distance(currents(linear, x), exact)];
    };
    const all = new Float64Array(rows).fill(p.read_voltage);
    expect(errors(all)[0]).toBeLessThan(1e-7);
    const half = Float64Array.from({ length: rows }, () => (draw.uniform() < 0.5 ? p.read_voltage : 0));
    const [ours, ohmic] = errors(half);
    expect(ours).toBeLessThan(5e-3);
    expect(ours).toBeLessThan(0.5 * ohmic);
  });

  it('change what a device answers', () => {
    const engine = createTileEngine();
    const weights = draw.gaussians(24 * 40, 0.05);
    const x = draw.gaussians(40 * 4);
    const quiet = { input_bits: 12, adc_bits: 0, bound_rounds: 0, read_noise: 0, output_noise: 0, g_min: 50e-6 };
    const answer = (values: Record<string, unknown>) =>
      createDevice(variant('rram-cmo-hfox', { ...MILO, ...quiet, ...values }), engine)
        .program(shardOf({ k: 40, n: 24 }, 'x'), weights)
        .execute(batchOf(x, 4)).y;
    const ohmic = Float64Array.from(answer({ iv_second: [0], iv_third: [0] }));
    const bent = relativeTo(answer({}), ohmic);
    expect(bent).toBeGreaterThan(0.005);
    expect(bent).toBeLessThan(0.5);
    expect(product(weights, x, 4, 40, 24)).toHaveLength(96);
  });
});

describe('wires of a tile', () => {
  it('auto takes the form that is accurate enough, and exact where none is', () => {
    const rows = 64;
    const draw = random(5);
    const tile = Float64Array.from({ length: rows * rows }, () => draw.uniform() * p.g_max);
    const by = (wire_model: string, ohms: number): Float64Array => {
      const out = tile.slice();
      const wires = { wire_model, wire_input_resistance: ohms, wire_output_resistance: ohms };
      wiringOf(frameOf('rram-cmo-hfox', { g_max: MILO.g_max, ...wires }))!(out, rows, rows);
      return out;
    };
    expect(by('auto', 1e-4)).toEqual(by('rank-one', 1e-4));
    expect(by('auto', 0.02)).toEqual(by('line-form', 0.02));
    expect(by('auto', 2)).toEqual(by('exact', 2));
    expect(distance(by('line-form', 2), by('exact', 2))).toBeLessThan(distance(by('rank-one', 2), by('exact', 2)));
  });
});
