import { addParallel, emptyLedger, joulesBand, planShards, totalJoules } from '@ohmlight/contracts';
import { createTileEngine } from '@ohmlight/tile-engine';
import { DigitalKernels } from '@ohmlight/tile-engine/digital';
import { describe, expect, it } from 'vitest';
import { batchOf, random } from '../../../tile-engine/testing/random.js';
import { ffnShardOf, profiles, shardOf, validVariant, variant } from '../../testing/profiles.js';
import { createDevice } from '../create-device.js';
import type { DigitalProfile } from '../profile/profile.js';
import { valuesOf } from '../profile/quantity.js';
import { DIGITAL_FORMATS } from './digital.js';
import { digitalUnitLedger } from './digital-unit.js';
import { crossingBatch, roofline, rowBytes, weightBytes } from './roofline.js';

const engine = createTileEngine();
const DIGITAL = [...profiles.devices.values()].filter(({ pool }) => pool === 'digital') as unknown as DigitalProfile[];
const valuesOfName = (name: string) => valuesOf(DIGITAL.find((profile) => profile.name === name)!.parameters);
const formatOf = ({ kind }: DigitalProfile) => DIGITAL_FORMATS[kind as keyof typeof DIGITAL_FORMATS];

describe.each(DIGITAL)('the roofline of $name', (profile) => {
  const { numerics, rate } = formatOf(profile);
  const p = valuesOf(profile.parameters);
  const [k, n] = [8192, 8192];
  const work = (rows: number) => ({
    macs: rows * k * n,
    bytes: weightBytes(numerics, k, n) + rows * rowBytes(numerics, k, n),
  });
  const busy = (rows: number): number => roofline(p, rate, work(rows)).seconds - p.launch_overhead;

  it('is bound by the bytes of the weights at one row, and by arithmetic at many', () => {
    expect(busy(1)).toBeCloseTo(work(1).bytes / p.memory_bandwidth, 12);
    expect(work(1).bytes / (numerics.operandBytes * k * n)).toBeLessThan(1.001);
    const many = 4096;
    expect(busy(many) / ((2 * many * k * n) / p[rate])).toBeCloseTo(1, 9);
  });

  it('turns from the one to the other at the crossing batch', () => {
    const crossing = crossingBatch(p, rate, numerics, k, n);
    const [below, above] = [Math.floor(crossing), Math.ceil(crossing)];
    expect(busy(below)).toBeCloseTo(work(below).bytes / p.memory_bandwidth, 12);
    expect(busy(above)).toBeCloseTo((2 * above * k * n) / p[rate], 12);
    const limit = (numerics.operandBytes * p[rate]) / (2 * p.memory_bandwidth);
    expect(crossing).toBeGreaterThan(limit);
    expect(crossingBatch(p, rate, numerics, 2 ** 24, 2 ** 24) / limit).toBeCloseTo(1, 3);
    expect(crossingBatch(p, rate, numerics, 2, 2)).toBe(Infinity);
  });

  it('draws the load power while it works, and the idle power while it starts', () => {
    const { seconds, joules, macs, bytesMoved } = roofline(p, rate, work(1));
    expect(totalJoules(joules)).toBeCloseTo(p.load_power * busy(1) + p.idle_power * p.launch_overhead, 9);
    expect(joules.memory).toBeCloseTo(work(1).bytes * p.memory_energy, 9);
    expect(joules.idle).toBeCloseTo(p.idle_power * seconds, 9);
    expect({ macs, bytes: bytesMoved }).toEqual(work(1));
  });
});

describe('published figures', () => {
  it('an H200 takes 0.417 ms and a quarter of a joule to read 1 G weights of 2 bytes once', () => {
    // 2 GB at 4.8 TB/s and 593 W: 250 pJ for a weight, in one kernel of a matrix of 32000 × 31250.
    const [k, n] = [32_000, 31_250];
    const p = valuesOfName('h200');
    const bytes = weightBytes(DIGITAL_FORMATS['digital-bf16'].numerics, k, n);
    const { seconds, joules } = roofline({ ...p, launch_overhead: 0 }, 'bf16_rate', { macs: k * n, bytes });
    expect(seconds * 1e3).toBeCloseTo(0.417, 3);
    expect(totalJoules(joules)).toBeCloseTo(0.247, 3);
  });

  it('an H100 takes 4.8 ms for the matrices of a Llama 3.1 8B decode step; 5.1 ms were measured with the rest of it', () => {
    const layer = [
      [4096, 6144],
      [4096, 4096],
      [4096, 28_672],
      [14_336, 4096],
    ] as const;
    const matrices = [...Array.from({ length: 32 }, () => layer).flat(), [4096, 128_256] as const];
    const { numerics, rate } = DIGITAL_FORMATS['digital-bf16'];
    const seconds = matrices.reduce((sum, [k, n]) => {
      const bytes = weightBytes(numerics, k, n) + rowBytes(numerics, k, n);
      return sum + roofline(valuesOfName('h100'), rate, { macs: k * n, bytes }).seconds;
    }, 0);
    expect(matrices).toHaveLength(129);
    expect(seconds * 1e3).toBeCloseTo(4.8, 1);
    expect(seconds / 5.1e-3).toBeGreaterThan(0.9);
    expect(seconds / 5.1e-3).toBeLessThan(1);
  });

  it('an H100 takes 0.7 pJ for an operation where arithmetic binds it', () => {
    const { joules, macs } = roofline(valuesOfName('h100'), 'bf16_rate', { macs: 1e15, bytes: 1e6 });
    expect((totalJoules(joules) / (2 * macs)) * 1e12).toBeCloseTo(0.69, 2);
  });

  it.each([
    ['digital-fp32', 40],
    ['digital-bf16', 295],
    ['h200', 206],
    ['a100', 153],
    ['b200', 281],
  ])('%s turns at %d rows', (name, rows) => {
    const profile = DIGITAL.find((one) => one.name === name)!;
    const { numerics, rate } = formatOf(profile);
    const p = valuesOf(profile.parameters);
    expect(Math.round(crossingBatch(p, rate, numerics, 2 ** 24, 2 ** 24))).toBe(rows);
  });
});

describe('what limits an accelerator', () => {
  it('never books more to memory than was drawn', () => {
    const p = valuesOfName('h100');
    const { joules } = roofline({ ...p, load_power: p.idle_power + 3 }, 'bf16_rate', { macs: 1, bytes: 1e9 });
    expect(joules.array).toBe(0);
    expect(joules.memory).toBeLessThan(1e9 * p.memory_energy);
  });

  it('refuses a format that the accelerator has no rate for', () => {
    const a100 = variant('a100');
    expect(() => validVariant('digital-fp8', { fp8_rate: 0 })).toThrow(/fp8_rate/);
    expect(a100.parameters['fp8_rate']!.value).toBe(0);
  });

  it('says between which energies its powers and its launches put it', () => {
    const shard = createDevice(variant('h200'), engine).program(
      shardOf({ k: 64, n: 64 }, 'h200'),
      new Float32Array(4096),
    );
    const { ledger } = shard.execute(batchOf(new Float32Array(64), 1));
    const p = valuesOfName('h200');
    const { low, high } = joulesBand(ledger);
    expect(low).toBeLessThan(73.7 * p.launch_overhead);
    expect(high).toBeGreaterThan(77 * 6e-6);
    expect(high).toBeLessThan(130.3 * 6e-6);
  });
});

describe('a matrix in shards', () => {
  const [k, n] = [256, 2048];
  const draw = random(5);
  const weights = draw.gaussians(k * n, 0.05);

  it.each(DIGITAL.map(({ name }) => name))('is one kernel on one accelerator: %s', (name) => {
    const device = createDevice(variant(name), engine);
    const batch = batchOf(draw.gaussians(3 * k), 3);
    const whole = device.program(shardOf({ k, n }, name), weights);
    const { ledger } = whole.execute(batch);
    const sum = emptyLedger();
    const programmed = emptyLedger();
    for (const { columnStart, columnEnd } of planShards(n, 512)) {
      const shard = device.program(
        shardOf({ k, n }, name, columnStart, columnEnd),
        weights.subarray(columnStart * k, columnEnd * k),
      );
      addParallel(sum, shard.execute(batch).ledger);
      addParallel(programmed, shard.programLedger);
    }
    for (const [parts, one] of [
      [sum, ledger],
      [{ ...programmed, reloads: 1 }, whole.programLedger],
    ] as const) {
      expect(parts.seconds).toBe(one.seconds);
      expect(totalJoules(parts.joules) / totalJoules(one.joules)).toBeCloseTo(1, 12);
      expect(parts.joulesAbove).toBeCloseTo(one.joulesAbove, 12);
      expect(parts).toMatchObject({ macs: one.macs, bytesMoved: one.bytesMoved, reloads: one.reloads });
    }
  });
});

describe('the digital unit', () => {
  it('takes the longer of arithmetic and traffic, and pays for both', () => {
    const { parameters } = profiles.digitalUnit;
    const ledger = digitalUnitLedger(profiles.digitalUnit, { flops: 1e6, bytes: 1e3 });
    expect(ledger.seconds).toBe(1e6 / parameters.peak_rate.value);
    expect(ledger.joules.digital_unit).toBe(1e6 * parameters.flop_energy.value);
    expect(ledger.joules.memory).toBe(1e3 * parameters.memory_energy.value);
    expect(digitalUnitLedger(profiles.digitalUnit, { flops: 1, bytes: 1e9 }).seconds).toBe(
      1e9 / parameters.memory_bandwidth.value,
    );
  });
});

describe.each(Object.keys(DIGITAL_FORMATS))('the fused feed-forward part of %s', (name) => {
  const [k, inner, n, rows] = [60, 70, 300, 5];
  const draw = random(3);
  const [gateUp, down] = [draw.gaussians(2 * inner * k, 0.2), draw.gaussians(n * inner, 0.2)];
  const batch = batchOf(draw.gaussians(rows * k), rows);
  const device = createDevice(profiles.devices.get(name)!, engine);

  it('has the bits of gate_up, the digital unit and down apart', () => {
    const up = device.program(shardOf({ k, n: 2 * inner }, name), gateUp).execute(batch).y;
    const kernels = new DigitalKernels();
    const [from, to] = [kernels.place(up), kernels.place(new Float32Array(rows * inner))];
    kernels.call([['gatedSilu', from, rows, inner, to]]);
    const x = kernels.view(to, rows * inner).slice();
    const apart = device.program(shardOf({ k: inner, n }, name), down).execute({ ...batch, x }).y;
    const weights = Float32Array.from([...gateUp, ...down]);
    const fused = device.program(ffnShardOf({ k, inner, n }, name), weights).execute(batch);
    expect(fused.y).toEqual(apart);
    expect(fused.ledger.macs).toBe(rows * inner * (2 * k + n));
    const half = device.program(
      ffnShardOf({ k, inner, n }, name, 256),
      Float32Array.from([...gateUp, ...down.subarray(256 * inner)]),
    );
    expect(half.execute(batch).y.subarray(0, n - 256)).toEqual(apart.subarray(256, n));
  });
});
