import { createTypescriptEngine } from '@ohmlight/tile-engine';
import { describe, expect, it } from 'vitest';
import { batchOf, exactProduct, random, relativeError } from '../../../../tile-engine/testing/random.js';
import { profiles, shardOf, varied } from '../../../testing/profiles.js';
import type { ProfileWith } from '../../profile/profile.js';
import { valuesOf } from '../../profile/quantity.js';
import { matrixName } from '../../shard.js';
import { columnNormals, DOMAIN, staticKey } from '../crossbar/cell-draws.js';
import { boardArray, createGilbertBoard } from './board.js';
import { cmosArray, createGilbertCmos } from './cmos.js';
import { type BoardParameters, checkCmos, type Cmos, type CmosParameters } from './parameters.js';

type CmosProfile = ProfileWith<CmosParameters>;
const cmos = profiles.devices.get('gilbert-opamp-cmos') as unknown as CmosProfile;
const board = profiles.devices.get('gilbert-board-ad633') as unknown as ProfileWith<BoardParameters>;
const engine = createTypescriptEngine();

const draw = random(11);
const k = 64;
const n = 12;
const rows = 4;
const w = draw.gaussians(n * k, 0.05);
const x = draw.gaussians(rows * k);
const batch = batchOf(x, rows);
const exact = exactProduct(w, x, rows, k, n);
const spec = shardOf({ k, n }, cmos.name);

const values = (change: object): Cmos => valuesOf(varied(cmos, change).parameters);
const execute = (change: object = {}, deviceTime?: number) =>
  createGilbertCmos(varied(cmos, change), engine)
    .program(spec, w)
    .execute(batch, deviceTime === undefined ? {} : { deviceTime });
const error = (change: object = {}, deviceTime?: number): number => relativeError(execute(change, deviceTime).y, exact);

/** Cells, nodes and converters that do what they should, and no noise: a bandwidth of nothing lets none in. */
const IDEAL = {
  offset_x: 0,
  offset_w: 0,
  gain_spread: 0,
  weight_tolerance: 0,
  resistor_tolerance: 0,
  amplifier_offset: 0,
  predistortion_residual: 0,
  gain_bandwidth: 1e-9,
  input_bits: 12,
  weight_bits: 16,
  adc_bits: 14,
};

/**
 * The circuit itself, solved cell by cell and node by node in f64: Gilbert cells by their transistors' law, each node
 * by Kirchhoff's law at an amplifier's input, with the draws of the chip.
 */
function circuit(change: object): Float64Array {
  const p = values(change);
  const { levels } = cmosArray(p).tree;
  const [first, second] = [levels[0]!, levels[1]!];
  const key = staticKey(1n, matrixName(spec), DOMAIN.cells);
  const thermal = 0.025852;
  const limit = 2 ** (p.input_bits - 1) - 1;
  const most = 2 ** (p.weight_bits - 1) - 1;
  const y = new Float64Array(rows * n);
  const cells = new Float32Array(4 * k);
  const nodes = new Float32Array(4 * k);
  for (let column = 0; column < n; column++) {
    columnNormals(cells, key, column, 0, 0, k);
    columnNormals(nodes, key, column, 3, 0, k);
    const delta = Math.max(...w.subarray(column * k, column * k + k).map(Math.abs));
    for (let row = 0; row < rows; row++) {
      const scale = Math.max(...x.subarray(row * k, row * k + k).map(Math.abs));
      let secondCurrent = 0;
      for (let start = 0; start < k; start += p.fan_in) {
        let current = 0;
        for (let i = start; i < start + p.fan_in; i++) {
          const level = Math.round((w[column * k + i]! / delta) * most) / most;
          const weight = level * (1 + p.weight_tolerance * cells[4 * i]!) + p.offset_w * cells[4 * i + 2]!;
          const input = Math.round((x[row * k + i]! / scale) * limit) / limit + p.offset_x * cells[4 * i + 1]!;
          current +=
            p.tail_current *
            (1 + p.gain_spread * cells[4 * i + 3]!) *
            Math.tanh((p.drive_x * input) / (2 * thermal)) *
            Math.tanh((p.drive_w * weight) / (2 * thermal));
        }
        // ΣI + (v_o − v)/R_f = f·v/R_out with v_o = −A₀·v.
        const feedback = first.node.feedback * (1 + p.resistor_tolerance * nodes[4 * start]!);
        const node = p.fan_in / p.cell_resistance + (1 + p.open_loop_gain) / feedback;
        secondCurrent -= (p.open_loop_gain * current) / node / p.summing_resistance;
      }
      const feedback = second.node.feedback * (1 + p.resistor_tolerance * nodes[1]!);
      const node = k / p.fan_in / p.summing_resistance + (1 + p.open_loop_gain) / feedback;
      const root = ((0 - p.open_loop_gain) * secondCurrent) / node;
      const step = p.swing / (2 ** (p.adc_bits - 1) - 1);
      const code = Math.max(-(2 ** 13), Math.min(2 ** 13, Math.round(root / step)));
      y[row * n + column] = ((code * step * p.adc_range) / p.swing) * delta * scale;
    }
  }
  return y;
}

describe('an array of Gilbert cells', () => {
  const BENT = { ...IDEAL, predistortion: 'none', fan_in: 8, tile_rows: 64, weight_trim: 1, output_trim: 1 };

  // Inputs reach the engine on a grid of 12 bits, 5e-4 of an output: that, and the ADC's step, is what may differ.
  it('is the circuit, through tanh ports and two levels of nodes', () => {
    const device = execute(BENT).y;
    expect(relativeError(device, circuit(BENT))).toBeLessThan(8e-4);
    expect(relativeError(device, exact)).toBeGreaterThan(0.05);
  });

  it.each([
    ['tolerances of weights', { weight_tolerance: 0.03 }, 8e-4],
    ['offsets of the weight ports', { offset_w: 0.03 }, 8e-4],
    ['spread of the cells', { gain_spread: 0.05 }, 8e-4],
    ['spread of the nodes', { resistor_tolerance: 0.03 }, 8e-4],
    ['amplifiers of little gain', { open_loop_gain: 30, cell_resistance: 2e4 }, 8e-4],
    ['coarse converters', { input_bits: 5, weight_bits: 4, adc_bits: 14 }, 8e-4],
    // The offset of an input shifts the tanh; its part that depends on the input itself is left out.
    ['offsets of the input ports', { offset_x: 0.01 }, 6e-3],
  ])('is the circuit with %s', (_, change, tolerance) => {
    const without = circuit(BENT);
    const solved = circuit({ ...BENT, ...change });
    expect(relativeError(execute({ ...BENT, ...change }).y, solved)).toBeLessThan(tolerance);
    expect(relativeError(without, solved)).toBeGreaterThan(3 * tolerance);
  });

  it('without errors is the product', () => {
    expect(error(IDEAL)).toBeLessThan(2e-3);
  });

  it('errs by its noise at the law of its tree', () => {
    const change = { ...IDEAL, gain_bandwidth: 100e6, tile_rows: 64 };
    const { noise } = cmosArray(values(change)).tree;
    const noisy = execute(change).y;
    const quiet = execute({ ...IDEAL, tile_rows: 64 }).y;
    let squares = 0;
    let law = 0;
    noisy.forEach((value, at) => {
      const column = w.subarray((at % n) * k, (at % n) * k + k).map(Math.abs);
      const row = x.subarray(Math.floor(at / n) * k, Math.floor(at / n) * k + k).map(Math.abs);
      squares += (value - quiet[at]!) ** 2;
      law += (noise * Math.max(...column) * Math.max(...row)) ** 2;
    });
    // 48 outputs: four standard errors.
    expect(Math.abs(squares / law - 1)).toBeLessThan(4 * Math.sqrt(2 / 48));
  });

  it('errs less the better it is trimmed, and less with more bits, beyond its noise', () => {
    const trimmed = [1, 0.5, 0.1].map((trim) => error({ weight_trim: trim, output_trim: trim }));
    expect(trimmed).toEqual(trimmed.toSorted((a, b) => b - a));
    const bits = [5, 6, 7, 8].map((adc_bits) => error({ ...IDEAL, adc_bits }));
    expect(bits).toEqual(bits.toSorted((a, b) => b - a));
    expect(error({ ...IDEAL, offset_x: 0.02, output_trim: 0 })).toBeLessThan(
      0.2 * error({ ...IDEAL, offset_x: 0.02, output_trim: 1 }),
    );
  });

  it('lets in noise with bandwidth and with a small drive, and bends with a large one', () => {
    expect(error({ gain_bandwidth: 2e9 })).toBeGreaterThan(1.5 * error());
    const drives = [0.004, 0.02, 0.2].map((volts) =>
      error({ predistortion: 'none', predistortion_residual: 0, drive_x: volts, drive_w: volts }),
    );
    expect(drives[0]!).toBeGreaterThan(2 * drives[1]!);
    expect(drives[2]!).toBeGreaterThan(2 * drives[1]!);
  });

  it('loses gain with temperature, unless it is predistorted or its drive follows', () => {
    const plain = { ...IDEAL, predistortion: 'none', drive_x: 0.005, drive_w: 0.005 };
    const gain = (change: object): number => {
      const hot = execute({ ...plain, ...change, temperature: 310 }).y;
      const cold = execute({ ...plain, ...change }).y;
      return hot.reduce((sum, y, i) => sum + y * cold[i]!, 0) / cold.reduce((sum, y) => sum + y * y, 0) - 1;
    };
    expect(gain({}) * 100).toBeCloseTo(-6.4, 0);
    expect(Math.abs(gain({ temperature_tracking: 1 }))).toBeLessThan(1e-4);
    expect(Math.abs(gain({ predistortion: 'arctanh' }))).toBeLessThan(1e-4);
  });

  it('in strong inversion takes two lines for an input', () => {
    const square = { ...IDEAL, law: 'square-law', predistortion: 'none', drive_x: 0.1, drive_w: 0.12 };
    const { separated } = cmosArray(values(square));
    expect(separated.terms).toHaveLength(2);
    expect(separated.residual).toBeLessThan(2e-4);
    expect(error(square)).toBeLessThan(0.05);
    expect(checkCmos(values({ ...square, tile_rows: 512 }))).toMatchObject({ parameter: 'tile_rows' });
    expect(checkCmos(values({ ...square, predistortion: 'arctanh' }))).toMatchObject({ parameter: 'predistortion' });
  });
});

describe('mismatch of cells', () => {
  // 256 operands with three standard deviations at full scale, on straight cells: what is published is for those.
  const [inputs, outputs, lines] = [256, 96, 16];
  const { gaussian } = random(9);
  /** One operand at full scale, which meets one of 0. */
  const operands = (count: number, full: number, none: number): Float32Array =>
    Float32Array.from({ length: count * inputs }, (_, i) => {
      if (i % inputs === full) return 3;
      return i % inputs === none ? 0 : Math.max(-3, Math.min(3, gaussian()));
    });
  const [weights, activations] = [operands(outputs, 0, 1), operands(lines, 1, 0)];
  const product = exactProduct(weights, activations, lines, inputs, outputs);
  const shape = shardOf({ k: inputs, n: outputs }, cmos.name);
  const mismatched = (change: object): number => {
    const straight = { ...IDEAL, predistortion: 'none', drive_x: 2e-3, drive_w: 2e-3, open_loop_gain: 1e12 };
    const profile = varied(cmos, { ...straight, weight_trim: 1, output_trim: 1, ...change });
    const shard = createGilbertCmos(profile, engine).program(shape, weights);
    return relativeError(shard.execute(batchOf(activations, lines)).y, product);
  };

  it('leaves nothing of note where there is none', () => {
    expect(mismatched({})).toBeLessThan(1.5e-3);
  });

  it.each([
    ['1 % of gain is 1 % of error', { gain_spread: 0.01 }, 0.01],
    ['offsets of 0.2 % count four times', { offset_x: 0.002, offset_w: 0.002 }, 0.009],
    ['so do those of 0.5 %', { offset_x: 0.005, offset_w: 0.005 }, 0.022],
    ['of 1 %', { offset_x: 0.01, offset_w: 0.01 }, 0.0425],
    ['and of 5 %', { offset_x: 0.05, offset_w: 0.05 }, 0.22],
    ['nulled outputs keep what goes with x', { offset_x: 0.01, offset_w: 0.01, output_trim: 0 }, 0.03],
  ])('%s', (_, change, published) => {
    expect(Math.abs(mismatched(change) / published - 1)).toBeLessThan(0.1);
  });
});

describe('weights as charge', () => {
  const held = {
    ...IDEAL,
    storage: 'capacitor',
    hold_capacitance: 1e-12,
    leak_current: 1e-14,
    leak_spread: 0.1,
    weight_trim: 1,
  };

  it('droop with the time since they were written, and read the same twice at one time', () => {
    const shard = createGilbertCmos(varied(cmos, held), engine).program(spec, w);
    const at = (deviceTime: number) => shard.execute(batch, { deviceTime }).y;
    const errors = [0, 0.1, 1, 5].map((t) => relativeError(at(t), exact));
    expect(errors).toEqual(errors.toSorted((a, b) => a - b));
    expect(at(1)).toEqual(at(1));
    // τ = C·V/I = 5.68 s.
    const shrink = at(1).reduce((sum, y, i) => sum + y * exact[i]!, 0) / exact.reduce((sum, y) => sum + y * y, 0);
    expect(shrink).toBeCloseTo(Math.exp(-1 / 5.68), 2);
    expect(() => at(-1)).toThrow(expect.objectContaining({ code: 'invalid_value' }));
  });

  it('stay when they are refreshed, for the energy of rewriting them', () => {
    const refreshed = { ...held, refresh_interval: 0.01 };
    expect(error(refreshed, 5)).toBeLessThan(error(held, 5) / 10);
    expect(execute(refreshed).ledger.joules.program).toBeGreaterThan(0);
    expect(execute(held).ledger.joules.program).toBe(0);
  });

  it('have kT/C', () => {
    expect(error({ ...held, hold_capacitance: 1e-16 })).toBeGreaterThan(5 * error(held));
  });
});

describe('a board of multipliers', () => {
  const run = (change: object = {}) =>
    createGilbertBoard(varied(board, change), engine).program(shardOf({ k, n }, board.name), w).execute(batch);

  it('has the errors of its datasheet, and after calibration a tenth of them', () => {
    const raw = relativeError(run({ weight_trim: 1, output_trim: 1 }).y, exact);
    const calibrated = relativeError(run().y, exact);
    expect(raw).toBeGreaterThan(0.02);
    expect(calibrated).toBeLessThan(raw / 4);
    expect(calibrated).toBeLessThan(0.01);
    // Noise of 16 multipliers of 0.8 µV/√Hz and of the amplifier, on 10/8 V a product, in 0.94 MHz.
    expect(boardArray(valuesOf(board.parameters)).tree.noise).toBeCloseTo(4.0e-4, 4);
  });

  it('uses each multiplier again: a second block of the same weights has the same errors', () => {
    const twice = { k: 32, n: 1 };
    const block = draw.gaussians(16, 0.05);
    const shard = createGilbertBoard(varied(board, { multiplier_noise: 0, gain_bandwidth: 1e-6 }), engine).program(
      shardOf(twice, board.name),
      Float32Array.from([...block, ...block]),
    );
    const input = draw.gaussians(16);
    input[0] = 4;
    const zeros = new Float32Array(16);
    const first = shard.execute(batchOf(Float32Array.from([...input, ...zeros]), 1)).y;
    const second = shard.execute(batchOf(Float32Array.from([...zeros, ...input]), 1)).y;
    expect(first).toEqual(second);
  });

  it('books its multipliers for all the time that a block after the other takes', () => {
    const { ledger } = run();
    const blocks = 4;
    expect(ledger.seconds).toBeGreaterThan(blocks * (256e-6 + rows * (16e-6 + 12e-6)));
    expect(ledger.joules.array! / ledger.seconds).toBeCloseTo(256 * 0.12, 6);
    expect(ledger.reloads).toBe(1);
  });
});

describe('the cost of an integrated array', () => {
  it('is 10 µW a cell while it settles, and the amplifiers of its tree', () => {
    const { ledger } = execute();
    const { tree } = cmosArray(values({}));
    const settled = ledger.joules.array! / (k * n * 10e-6) / rows;
    expect(settled).toBeGreaterThan(tree.settlingTime);
    expect(settled).toBeLessThan(tree.settlingTime + 20e-9);
    expect(ledger.joules.tia! / ledger.joules.array!).toBeCloseTo((17 * 50) / (64 * 10), 6);
    // 128 × 128 cells of 10 µA at 1 V: 164 mW.
    expect(128 * 128 * valuesOf(cmos.parameters).tail_current).toBeCloseTo(0.164, 3);
  });
});
