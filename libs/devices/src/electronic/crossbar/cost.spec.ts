import { totalJoules } from '@ohmlight/contracts';
import { createTileEngine } from '@ohmlight/tile-engine';
import { describe, expect, it } from 'vitest';
import { batchOf, random } from '../../../../tile-engine/testing/random.js';
import { frameOf, shardOf, variant } from '../../../testing/profiles.js';
import { createDevice } from '../../create-device.js';
import {
  type ArrayShape,
  executionLedger,
  passesOf,
  programmingLedger,
  recalibrationLedger,
  rowSeconds,
  withRereads,
} from './cost.js';
import { mappingOf } from './mapping.js';
import type { Frame } from './parameters.js';
import { countPulses } from './pulses.js';
import { blocksOf, scalesOf } from './tiles.js';
import { programAndVerify } from './verify.js';

const engine = createTileEngine();

/** A tile full of weights whose conductances are, in the mean, `part` of g_max on each of a cell's devices. */
const shapeOf = (p: Frame, k: number, n: number, part: number): ArrayShape => {
  const mapping = mappingOf(p);
  const onLine = n * mapping.digits * mapping.devices * part * p.g_max;
  return { k, n, mapping, rowConductance: new Float64Array(k).fill(onLine), calibration: {} };
};
/** Rows of activations that spread evenly over the range. */
const even = (k: number, rows: number) => {
  const draw = random(3);
  const x = Float32Array.from({ length: k * rows }, () => 2 * draw.uniform() - 1);
  for (let row = 0; row < rows; row++) x[row * k] = 1;
  return batchOf(x, rows);
};
const off = (value: number, expected: number): number => Math.abs(value / expected - 1);

describe('a core of the HERMES chip', () => {
  const one = frameOf('pcm-hermes-14nm');
  const four = frameOf('pcm-hermes-14nm', { input_signs: 'two-pass', weight_scheme: 'differential-digital' });
  const ledgerOf = (p: Frame, rows = 1) => executionLedger(p, shapeOf(p, 256, 256, 0.15), even(256, rows));
  /** Devices, inputs and converters of the core; bytes between cores are not in the published figure. */
  const core = (p: Frame): number => {
    const { dac = 0, array = 0, adc = 0, driver = 0 } = ledgerOf(p).joules;
    return dac + array + adc + driver;
  };

  it('takes 133 ns in one phase, 521 ns in four', () => {
    expect(off(ledgerOf(one).seconds, 133e-9)).toBeLessThan(0.001);
    expect(off(ledgerOf(four).seconds, 521e-9)).toBeLessThan(0.01);
    expect(off(ledgerOf(one, 8).seconds, 8 * 133e-9)).toBeLessThan(0.001);
  });

  it('takes 13.4 nJ in one phase, which is fitted, and 52.8 nJ in four, which is not', () => {
    expect(off(core(one), 13.4e-9)).toBeLessThan(0.03);
    expect(off(core(four), 52.8e-9)).toBeLessThan(0.08);
  });

  it('makes a chip of 64 cores 63.1 TOPS at 9.76 TOPS/W, and 16.1 at 2.48', () => {
    const operations = 64 * 256 * 256 * 2;
    expect(off(operations / ledgerOf(one).seconds, 63.1e12)).toBeLessThan(0.01);
    expect(off(operations / (64 * core(one)), 9.76e12)).toBeLessThan(0.04);
    expect(off(operations / ledgerOf(four).seconds, 16.1e12)).toBeLessThan(0.02);
    expect(off(operations / (64 * core(four)), 2.48e12)).toBeLessThan(0.08);
  });
});

describe('a core of NeuRRAM', () => {
  const NAME = 'rram-neurram-130nm';
  const [k, n] = [128, 256];
  const device = (values: Record<string, unknown>) =>
    createDevice(variant(NAME, values), engine).program(shardOf({ k, n }, NAME), random(5).gaussians(k * n));
  /** fJ per operation, by its parts. An operation is half a multiplication of a pair of cells. */
  const parts = (outputs: number, inputs: number) => {
    const values = { adc_bits: outputs, input_bits: inputs };
    const { dac = 0, adc = 0, driver = 0, array = 0 } = device(values).execute(even(k, 16)).ledger.joules;
    const p = frameOf(NAME, values);
    // Two input lines, by every other bit, are charged to read_voltage: part of dac_energy.
    const lines = 16 * k * passesOf(p) * p.line_capacitance * p.read_voltage ** 2;
    const femto = (joules: number): number => (joules / (16 * 2 * k * n)) * 1e15;
    return { wordLines: femto(dac - lines), neurons: femto(adc + driver), inputs: femto(lines + array) };
  };

  it('takes 37.2 fJ an operation for word lines and 52.5 for neurons at 8 bits out, 6 in: fitted', () => {
    const { wordLines, neurons } = parts(8, 6);
    expect(off(wordLines, 37.2)).toBeLessThan(0.002);
    expect(off(neurons, 52.5)).toBeLessThan(0.02);
  });

  // Inputs of one bit and a sign: as many slices as bits, as the chip counts them.
  it.each([
    [3, 2, 3.45],
    [5, 3, 7.73],
    [8, 6, 19.24],
    [10, 8, 27.51],
  ])('input pulses, cells with them, as published at (%i, %i): no value is taken from them', (outputs, inputs, all) => {
    // The slowest of 256 lines sets the time: another draw of weights moves it by a twentieth.
    expect(off(parts(outputs, inputs).inputs, all)).toBeLessThan(0.15);
  });

  it('and, not fitted, 23.1 fJ in all at (3, 1) and 153.9 at (10, 8)', () => {
    const all = (outputs: number, inputs: number): number =>
      Object.values(parts(outputs, inputs)).reduce((sum, part) => sum + part, 0);
    expect(off(all(3, 2), 8.99 + 10.62 + 3.45)).toBeLessThan(0.08);
    expect(off(all(10, 8), 50.5 + 75.9 + 27.5)).toBeLessThan(0.08);
  });

  it('takes 12.05 µs a product: 0.261 TOPS of 48 cores', () => {
    expect(off((48 * 256 * 256) / device({}).execute(even(k, 1)).ledger.seconds, 0.261e12)).toBeLessThan(0.02);
  });
});

describe('ISAAC', () => {
  const p = frameOf('rram-isaac-32nm');
  // An array: 128 inputs, 16 outputs of 8 cells.
  const { seconds, joules, adcConversions } = executionLedger(p, shapeOf(p, 128, 16, 0.5), even(128, 1000));

  it('streams 16 bits in 16 cycles of 100 ns, and converts 128 columns in each', () => {
    expect(passesOf(p)).toBe(16);
    expect(off(seconds / 1000, 1.6e-6)).toBeLessThan(0.001);
    expect(adcConversions / 1000).toBe(16 * 128);
  });

  it('draws the power of an IMA: converters 16 mW, drivers 4, arrays 2.4, 24.08 in all', () => {
    const power = (component: number | undefined): number => (8 * (component ?? 0)) / seconds;
    // 128 conversions in 100 ns at 1.667 pJ.
    expect(off(power(joules.adc), 16e-3)).toBeLessThan(0.08);
    expect(off(power(joules.dac), 4e-3)).toBeLessThan(0.01);
    // Half of the cells and half of the bits on.
    expect(off(power(joules.array), 2.4e-3)).toBeLessThan(0.08);
    expect(
      off(power((joules.adc ?? 0) + (joules.dac ?? 0) + (joules.array ?? 0) + (joules.idle ?? 0)), 24.08e-3),
    ).toBeLessThan(0.08);
  });

  it('makes 16 128 arrays 41.3 TOPS of 16 bit', () => {
    expect(off((16_128 * 128 * 16 * 2) / (seconds / 1000), 41.3e12)).toBeLessThan(0.01);
  });
});

describe('the vendor figure of analog flash', () => {
  it('0.5 pJ per multiplication, which is fitted; 25 TOPS of 76 tiles of 1024 × 1024', () => {
    const p = frameOf('flash-sonos-40nm');
    const { seconds, joules, macs } = executionLedger(p, shapeOf(p, 1024, 256, 0.15), even(1024, 1));
    expect(off(((joules.dac ?? 0) + (joules.array ?? 0) + (joules.adc ?? 0)) / macs, 0.5e-12)).toBeLessThan(0.03);
    expect(off((76 * 1024 * 1024 * 2) / seconds, 25e12)).toBeLessThan(0.01);
  });
});

describe('a ledger', () => {
  it('drives the array with what the inputs are: squares of voltages, lengths of pulses, ones of bits', () => {
    const array = (values: Record<string, unknown>): number => {
      const p = frameOf('crossbar-ideal', { input_bits: 5, adc_bits: 8, ...values });
      const { joules } = executionLedger(p, shapeOf(p, 4, 1, 0.5), batchOf(Float32Array.of(1, -0.2, 0, 0.6), 1));
      return joules.array! / (p.integration_time * p.read_voltage ** 2 * p.g_max);
    };
    expect(array({ input_encoding: 'voltage' })).toBeCloseTo(1 + 0.04 + 0.36, 6);
    expect(array({ input_encoding: 'pulse-width' })).toBeCloseTo(1 + 0.2 + 0.6, 6);
    // Codes 15, −3, 0 and 9: 4, 2, 0 and 2 ones.
    expect(array({ input_encoding: 'bit-serial' })).toBeCloseTo(8, 6);
    // −3 is 11101 in two's complement.
    expect(array({ input_encoding: 'bit-serial', input_signs: 'twos-complement' })).toBeCloseTo(4 + 4 + 2, 6);
  });

  it('charges a measurement of drift: its rows, each driving one line', () => {
    const p = frameOf('pcm-hermes-14nm');
    const shape = shapeOf(p, 256, 256, 0.15);
    const { seconds, joules, adcConversions } = recalibrationLedger(p, shape);
    expect(adcConversions).toBe(256 * 256);
    expect(seconds).toBeCloseTo(256 * 133e-9, 10);
    expect(joules.adc).toBeCloseTo(256 * 256 * 48e-12, 15);
    expect(totalJoules(joules)).toBeGreaterThan(0);
  });
});

describe('program and verify', () => {
  const shard = {
    k: 64,
    n: 32,
    columnStart: 0,
    weights: random(9).gaussians(64 * 32),
    chipSeed: 1n,
    matrix: 'm',
  };
  const block = { tile: 0, start: 0, rows: 64, first: 0, columns: 32 };
  const count = (values: Record<string, unknown>) => {
    const p = frameOf('rram-cmo-hfox', values);
    return countPulses(p, mappingOf(p), shard, [block]);
  };

  it('takes more pulses for a narrower window, one without', () => {
    const wide = count({});
    const narrow = count({ window_relative: 0.002, max_pulses: 2000 });
    expect(wide.total / (64 * 32)).toBeGreaterThan(5);
    expect(narrow.total).toBeGreaterThan(1.3 * wide.total);
    expect(count({ window_relative: 0 })).toEqual({ total: 64 * 32, sequential: 64 });
    expect(wide.sequential).toBeLessThan(wide.total);
    expect(narrow.sequential).toBeGreaterThan(1.3 * wide.sequential);
  });

  it('leaves devices anywhere in the window: ±2 %/√3 at most', () => {
    const p = frameOf('rram-cmo-hfox');
    const { sigma } = programAndVerify(p)!;
    for (const step of [32, 64]) {
      const target = (p.g_max * step) / 64;
      expect(sigma[step]! / target).toBeGreaterThan(0.006);
      expect(sigma[step]! / target).toBeLessThan(0.02);
    }
  });

  it('gives up after max_pulses', () => {
    const { table } = programAndVerify(frameOf('rram-cmo-hfox', { max_pulses: 3 }))!;
    expect(Math.max(...table)).toBe(3);
  });

  it.each(['pcm-standard', 'pcm-hermes-14nm', 'rram-neurram-130nm', 'rram-cmo-hfox', 'flash-sonos-40nm'])(
    '%s: pulses are those of a loop for every device, and a row waits for its slowest',
    (name) => {
      const p = frameOf(name, { tile_rows: 64, tile_columns: 128 });
      const mapping = mappingOf(p);
      const [k, n] = [128, 256];
      const weights = random(9).gaussians(k * n);
      const { gaussian } = random(10);
      /** The loop as devices.md has it. */
      const loop = (target: number): number => {
        const window = p.window_absolute + p.window_relative * target;
        let pulses = 0;
        for (let g = p.g_min; Math.abs(g - target) > window && pulses < p.max_pulses; pulses++)
          g = Math.max(0, g + p.pulse_gain * (target - g) * (1 + p.pulse_sigma * gaussian()));
        return pulses;
      };
      const blocks = [...blocksOf(p, { ...shard, k, n })];
      const [one, two] = [new Float64Array(64), new Float64Array(64)];
      let total = 0;
      const tiles = blocks.map((tile) => {
        const slowest = new Float64Array(tile.rows);
        const scales = scalesOf(p, { ...shard, k, n, weights }, tile);
        for (let c = 0; c < tile.columns; c++)
          for (let digit = 0; digit < mapping.digits; digit++) {
            const from = (tile.first + c) * k + tile.start;
            mapping.targets(one, two, 0, weights, from, tile.rows, scales[c]!, digit);
            for (const targets of [one, two].slice(0, mapping.devices))
              for (let i = 0; i < tile.rows; i++) {
                const pulses = loop(targets[i]!);
                total += pulses;
                slowest[i] = Math.max(slowest[i]!, pulses);
              }
          }
        return slowest.reduce((sum, pulses) => sum + pulses, 0);
      });
      const counted = countPulses(p, mapping, { ...shard, k, n, weights }, blocks);
      expect(off(counted.total, total)).toBeLessThan(0.02);
      expect(off(counted.sequential, Math.max(...tiles))).toBeLessThan(0.05);
      // Hundreds of devices have a slower one among them than the slowest kind of them is in the mean.
      const { table, perSiemens } = programAndVerify(p)!;
      const kinds = table.subarray(Math.ceil(p.g_min * perSiemens));
      expect(counted.sequential).toBeGreaterThan(1.05 * 64 * Math.max(...kinds));
    },
  );

  it('is charged by its pulses and its verifying reads', () => {
    const p = frameOf('rram-cmo-hfox');
    const pulses = count({});
    const { seconds, joules } = programmingLedger(p, 64, 32, pulses);
    expect(joules.program).toBeCloseTo(pulses.total * (10e-12 + 2e-12), 15);
    expect(seconds).toBeCloseTo(pulses.sequential * (100e-9 + 1e-6), 12);
  });
});

describe('bound management', () => {
  it('books every reading beyond the first: lines, conversions, and the time of the slowest tile', () => {
    const p = frameOf('pcm-standard', { adc_bits: 8, tile_rows: 64, tile_columns: 64, bound_rounds: 5 });
    const shape = shapeOf(p, 128, 128, 0.2);
    const plain = executionLedger(p, shape, even(128, 3));
    // All four tiles of all three rows twice: as if each were read once more.
    const twice = withRereads(p, shape, plain, 3, { tiles: 12, rows: 3 });
    expect(twice.adcConversions).toBe(2 * plain.adcConversions);
    expect(twice.dacConversions).toBe(2 * plain.dacConversions);
    expect(twice.joules.adc).toBeCloseTo(2 * plain.joules.adc!, 20);
    expect(twice.joules.driver).toBeCloseTo(2 * plain.joules.driver!, 20);
    expect(twice.seconds - plain.seconds).toBeCloseTo(3 * rowSeconds(p, shape.mapping, 128).next, 15);
    expect(twice.joules.array! / plain.joules.array!).toBeGreaterThan(1.2);
    expect(twice.joules.memory).toBe(plain.joules.memory);
    expect(withRereads(p, shape, plain, 3, { tiles: 0, rows: 0 })).toBe(plain);
  });
});

describe('leakage', () => {
  it('doubles with every leakage_doubling kelvin', () => {
    const idle = (values: Record<string, unknown>): number => {
      const p = frameOf('pcm-standard', { leakage_share: 0.2, tile_power: 0, ...values });
      return executionLedger(p, shapeOf(p, 64, 64, 0.2), even(64, 1)).joules.idle!;
    };
    expect(idle({ leakage_doubling: 10, temperature: 330 }) / idle({})).toBeCloseTo(8, 6);
    expect(idle({ leakage_doubling: 0, temperature: 330 })).toBe(idle({}));
  });
});
