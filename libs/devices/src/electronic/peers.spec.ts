import { createTileEngine } from '@ohmlight/tile-engine';
import { describe, expect, it } from 'vitest';
import { batchOf, exactProduct, random, relativeError } from '../../../tile-engine/testing/random.js';
import { nodalCurrents } from '../../testing/nodal.js';
import { ELECTRONIC, frameOf, profiles, shardOf, validVariant } from '../../testing/profiles.js';
import { currentsOf, distance, uniformCells, worst } from '../../testing/tiles.js';
import { createDevice } from '../create-device.js';
import { cmoHfoxCell } from './cmo-hfox/cmo-hfox.js';
import { columnNormals, DOMAIN, NORMALS_PER_CELL, staticKey } from './crossbar/cell-draws.js';
import { executionLedger } from './crossbar/cost.js';
import { mappingOf } from './crossbar/mapping.js';
import { bring, lawsAt } from './crossbar/trajectory.js';
import { neurramCell } from './neurram/neurram.js';
import { pcmCell } from './pcm/pcm.js';
import { fastDrop } from './wires/fast-form.js';
import { effectiveMatrix } from './wires/effective-matrix.js';
import { lineForm } from './wires/line-form.js';

// Known weak points of other simulators, each with a test that the same is right here.

const engine = createTileEngine();
const k = 96;
const n = 32;
const rows = 4;
const draw = random(53);
const weights = draw.gaussians(n * k, 0.05);
const x = draw.gaussians(rows * k);
const exact = exactProduct(weights, x, rows, k, n);

const programmed = (name: string, values: Record<string, unknown> = {}, w = weights) =>
  createDevice(validVariant(name, values), engine).program(shardOf({ k, n }, name), w);
const CROSSBARS = ELECTRONIC.filter((name) => 'weight_scheme' in profiles.devices.get(name)!.parameters);

describe("where NeuroSim takes an ADC's range from the very batch that it measures", () => {
  const fixed = { input_scale: 'fixed', input_range: 3, adc_bound: 3 };

  it('the range is known before, and a row beyond it saturates and leaves the others as they are', () => {
    const shard = programmed('pcm-hermes-14nm', fixed);
    const plain = shard.execute(batchOf(x, rows));
    const loud = x.map((value, i) => (i < k ? Math.sign(weights[i]!) * 3 : value));
    const shouted = shard.execute(batchOf(loud, rows));
    expect(shouted.telemetry.adcSaturated).toBeGreaterThan(plain.telemetry.adcSaturated);
    expect(shouted.y.subarray(n)).toEqual(plain.y.subarray(n));
    // 3 currents of a device at full input, of weights of w_max: no output is beyond.
    const most = weights.subarray(0, k).reduce((top, w) => Math.max(top, Math.abs(w)), 0);
    expect(Math.abs(shouted.y[0]!)).toBeLessThanOrEqual(3 * 3 * most * 1.6);
  });

  it('a range that is fitted to the batch would look better than the device is', () => {
    const quiet = { cell: 'exact', adc_bits: 5, input_bits: 12 };
    const device = createDevice(validVariant('pcm-hermes-14nm', quiet), engine);
    const errorOf = (adcBound?: Float32Array): number =>
      relativeError(
        device.program(shardOf({ k, n }, 'x'), weights, adcBound ? { adcBound } : {}).execute(batchOf(x, rows)).y,
        exact,
      );
    expect(errorOf(new Float32Array(n).fill(5))).toBeLessThan(0.3 * errorOf());
  });
});

describe("where AIHWKIT's documentation has 5 mS for the 5 µS of its wire resistance", () => {
  const count = 256;
  const ones = new Float64Array(count).fill(1);
  const dropOf = (gRatio?: number): number =>
    count - fastDrop(ones, ones, 1, gRatio === undefined ? {} : { gRatio })[0]!;

  it('the default is 0.35 Ω against 5 µS, as an exact line has it', () => {
    expect(dropOf()).toBe(dropOf(1 / 0.35 / 5e-6));
    const line = (siemens: number): number => {
      const cells = new Float64Array(count).fill(siemens);
      const w = effectiveMatrix(cells, count, 1, { inputSegment: 0, outputSegment: 0.35 });
      return count - w.reduce((sum, value) => sum + value / siemens, 0);
    };
    expect(Math.abs(dropOf() / line(5e-6) - 1)).toBeLessThan(0.03);
    expect(line(5e-3) / dropOf()).toBeGreaterThan(20);
  });

  it('pcm-standard has the same ratio at its own g_max', () => {
    const p = frameOf('pcm-standard');
    expect(p.wire_output_resistance * p.g_max).toBeCloseTo(0.35 * 5e-6, 12);
  });
});

// Its PCM tiles keep ν; its noise models by themselves, and relaxation and read noise in any case, are drawn again.
describe('where AIHWKIT draws devices anew for every age', () => {
  const p = frameOf('pcm-standard') as never as Parameters<typeof pcmCell>[0];
  const count = 2000;
  const z = new Float32Array(count * NORMALS_PER_CELL);
  columnNormals(z, staticKey(3n, 'drift', DOMAIN.cells), 0, 0, 0, count);
  const at = (t: number): Float64Array => {
    const devices = {
      target: new Float64Array(count).fill(0.4 * p.g_max),
      g: new Float64Array(count),
      variance: new Float64Array(count),
    };
    bring(lawsAt(pcmCell(p), p.g_max, t, 1), devices, 0, count, z, 0);
    return devices.g;
  };

  it('each device keeps its ν: readings at an hour, a day and a year agree on it', () => {
    const fresh = at(0);
    const exponents = [3600, 86_400, 31_536_000].map((t) => {
      const then = at(t);
      return fresh.map((g, i) => -Math.log(then[i]! / g) / Math.log((t + 20) / 20));
    });
    for (const exponent of exponents.slice(1))
      exponent.forEach((nu, i) => expect(Math.abs(nu - exponents[0]![i]!)).toBeLessThan(1e-7));
    const spread = Math.sqrt(exponents[0]!.reduce((sum, nu) => sum + (nu - 0.049) ** 2, 0) / count);
    expect(Math.abs(spread / 0.008 - 1)).toBeLessThan(0.06);
  });

  it('and a tile keeps its scale: a larger device among them after programming rescales none', () => {
    // AIHWKIT converts programmed weights by their own largest, 4 to 6 % above 1, and back by that of the targets.
    const wan = frameOf('rram-neurram-130nm') as never as Parameters<typeof neurramCell>[0];
    const devices = {
      target: new Float64Array(count).fill(0.5 * wan.g_max),
      g: new Float64Array(count),
      variance: new Float64Array(count),
    };
    bring(lawsAt(neurramCell(wan), wan.g_max, 86_400, 1), devices, 0, count, z, 0);
    const mean = devices.g.reduce((sum, g) => sum + g, 0) / count;
    expect(Math.abs(mean / (0.5 * wan.g_max) - 1)).toBeLessThan(0.01);
  });
});

describe('where AIHWKIT draws random numbers for noise of 0', () => {
  it.each(CROSSBARS)('%s without noise reads the same whatever the seed, and with noise does not', (name) => {
    const converters = name === 'crossbar-ideal' ? { input_bits: 8, adc_bits: 12 } : {};
    const quiet = { cell: 'exact', read_noise: 0, output_noise: 0, noise_bandwidth: 0, bound_rounds: 0, ...converters };
    const read = (values: Record<string, unknown>) => {
      const shard = programmed(name, values);
      return [11n, 12n].map((seed) => shard.execute(batchOf(x, rows, seed)).y) as [Float32Array, Float32Array];
    };
    const [one, two] = read(quiet);
    expect(two).toEqual(one);
    const [noisy, other] = read({ ...quiet, output_noise: 0.5 });
    expect(other).not.toEqual(noisy);
  });
});

describe('where MNSIM has an 8-bit DAC of half a watt, and cells that conduct more when they are off', () => {
  it.each(CROSSBARS)('%s drives a line with less than a milliwatt', (name) => {
    const { dac_energy, integration_time } = frameOf(name);
    expect(dac_energy / integration_time).toBeLessThan(1e-3);
  });

  it.each(CROSSBARS)('%s does not load with g_min above g_max', (name) => {
    const { g_max } = frameOf(name);
    expect(() => validVariant(name, { g_min: 2 * g_max })).toThrow('g_min');
  });
});

describe('where 3D-CiM-LLM has one latency and one energy for any product', () => {
  it.each(CROSSBARS)('those of %s follow from what is computed, and from its own parameters', (name) => {
    const shard = programmed(name);
    const { ledger } = shard.execute(batchOf(x, rows));
    const silent = shard.execute(
      batchOf(
        x.map((_, i) => (i % k === 0 ? 1e-3 : 0)),
        rows,
      ),
    ).ledger;
    expect(silent.joules.array!).toBeLessThan(0.2 * ledger.joules.array!);
    const wide = createDevice(validVariant(name), engine).program(
      shardOf({ k, n: 2 * n }, name),
      draw.gaussians(2 * n * k),
    );
    expect(wide.execute(batchOf(x, rows)).ledger.joules.adc ?? 0).toBeCloseTo(2 * (ledger.joules.adc ?? 0), 15);
    const { adc_energy, integration_time } = frameOf(name);
    const dear = programmed(name, { adc_energy: 3 * adc_energy, integration_time: 2 * integration_time });
    const costly = dear.execute(batchOf(x, rows)).ledger;
    const converted = ledger.joules.adc ?? 0;
    expect(Math.abs((costly.joules.adc ?? 0) - 3 * converted)).toBeLessThanOrEqual(1e-6 * converted);
    expect(costly.seconds).toBeGreaterThan(ledger.seconds);
  });
});

describe('where CrossSim had the resistances of rows and columns changed about', () => {
  const equal = new Float32Array(n * k).fill(0.05);
  const ones = new Float32Array(k).fill(1);
  const wired = (values: Record<string, unknown>, input: Float32Array): Float32Array =>
    programmed('crossbar-ideal', { wire_model: 'exact', ...values }, equal).execute(batchOf(input, 1)).y;
  const one = (at: number): Float32Array => ones.map((_, i) => Number(i === at));

  it('input lines attenuate along the outputs, alike for every input', () => {
    const y = wired({ wire_input_resistance: 20 }, ones);
    for (let c = 1; c < n; c++) expect(y[c]).toBeLessThan(y[c - 1]!);
    expect(wired({ wire_input_resistance: 20 }, one(0))).toEqual(wired({ wire_input_resistance: 20 }, one(k - 1)));
  });

  it('output lines attenuate along the inputs, alike for every output', () => {
    const y = wired({ wire_output_resistance: 20 }, ones);
    y.forEach((value) => expect(value).toBe(y[0]));
    const alone = [0, k / 2, k - 1].map((at) => wired({ wire_output_resistance: 20 }, one(at))[0]!);
    // Input k − 1 is next to the sense node.
    expect(alone[0]).toBeLessThan(alone[1]!);
    expect(alone[1]).toBeLessThan(alone[2]!);
  });

  it('as the equations of every node of an oblong tile have it', () => {
    const wires = { inputSegment: 3, outputSegment: 40, driver: 5, sense: 7 };
    const g = uniformCells(9, 4, 1e3);
    const input = Float64Array.from({ length: 9 }, (_, i) => 0.1 * i - 0.3);
    const ours = currentsOf(effectiveMatrix(g, 9, 4, wires), input);
    expect(worst(ours, nodalCurrents({ g, rows: 9, columns: 4, wires }, input))).toBeLessThan(1e-11);
    const exchanged = { ...wires, inputSegment: wires.outputSegment, outputSegment: wires.inputSegment };
    expect(worst(currentsOf(effectiveMatrix(g, 9, 4, exchanged), input), ours)).toBeGreaterThan(0.01);
  });
});

describe('where NeuroSim finds 0.1 W for a chip of 65 W', () => {
  it('the IMAs of ISAAC draw the 48.5 W that their parts add up to', () => {
    const p = frameOf('rram-isaac-32nm');
    const mapping = mappingOf(p);
    const line = 16 * mapping.digits * mapping.devices * 0.5 * p.g_max;
    const shape = { k: 128, n: 16, mapping, rowConductance: new Float64Array(128).fill(line), calibration: {} };
    const inputs = Float32Array.from({ length: 128 * 500 }, () => 2 * draw.uniform() - 1);
    const { seconds, joules } = executionLedger(p, shape, batchOf(inputs, 500));
    const { adc = 0, dac = 0, array = 0, idle = 0 } = joules;
    const watts = (168 * 12 * 8 * (adc + dac + array + idle)) / seconds;
    expect(Math.abs(watts / (168 * 12 * 24.08e-3) - 1)).toBeLessThan(0.08);
  });
});

describe('where AIHWKIT takes the programming error of another acceptance than the one it is asked for', () => {
  it('a profile names its table, and one that is not there is refused', () => {
    const p = frameOf('rram-cmo-hfox') as never as Parameters<typeof cmoHfoxCell>[0];
    expect(p.acceptance).toBe('2 %');
    expect(cmoHfoxCell(p).programmingSigma(50e-6, 0) * 1e6).toBeCloseTo(0.0112185391 + 0.01129027418 * 50, 9);
    expect(() => validVariant('rram-cmo-hfox', { acceptance: '0.02' })).toThrow('acceptance');
  });
});

describe('where closed forms of a crossbar assume averaged inputs or inputs of one sign', () => {
  const side = 64;
  const g = uniformCells(side, side, 1e4);
  const wires = { inputSegment: 0.5, outputSegment: 0.5 };
  const exactly = effectiveMatrix(g, side, side, wires);
  const { gaussian } = random(8);
  const inputs: readonly [string, Float64Array][] = [
    ['all equal', new Float64Array(side).fill(1)],
    ['one line alone', Float64Array.from({ length: side }, (_, i) => Number(i === 5))],
    ['alternating signs', Float64Array.from({ length: side }, (_, i) => (i % 2 === 0 ? 1 : -1))],
    ['Gaussian', Float64Array.from({ length: side }, gaussian)],
  ];
  /** Each output attenuated as it is for equal inputs. */
  const averaged = (input: Float64Array): Float64Array => {
    const ones = new Float64Array(side).fill(1);
    const part = currentsOf(exactly, ones);
    const whole = currentsOf(g, ones);
    return currentsOf(g, input).map((y, j) => (y * part[j]!) / whole[j]!);
  };

  it.each(inputs)('the line form holds to a thousandth for inputs %s', (_, input) => {
    const y = currentsOf(exactly, input);
    expect(distance(currentsOf(lineForm(g, side, side, wires), input), y)).toBeLessThan(1e-3);
  });

  it('which an averaged attenuation does for the inputs it was taken from alone', () => {
    const errors = inputs.map(([, input]) => distance(averaged(input), currentsOf(exactly, input)));
    expect(errors[0]).toBeLessThan(1e-12);
    for (const error of errors.slice(1)) expect(error).toBeGreaterThan(0.01);
  });
});
