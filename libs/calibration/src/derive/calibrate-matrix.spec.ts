import { philox4x32 } from '@ohmlight/contracts';
import { createDevice, type DeviceProfile, loadProfiles } from '@ohmlight/devices';
import { createTileEngine } from '@ohmlight/tile-engine';
import type { Matmul } from '@ohmlight/transformer';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { calibrateProfile, ownAdcRange } from './calibrate-profile.js';
import { CapturingMatmul } from './capture.js';

const { devices } = loadProfiles(join(import.meta.dirname, '../../../../profiles'));
const engine = createTileEngine();
const [K, N, ROWS] = [64, 96, 80];
const matrix = { checkpoint: 'spec', layer: 0, operation: 'qkv', k: K, n: N } as const;

/** About normal, the same in every run: a sum of four uniform numbers. */
const bell = (i: number, salt: number): number =>
  philox4x32([i, salt, 0, 0], [3, 4]).reduce((sum, word) => sum + word / 2 ** 32 - 0.5, 0);
const weights = Float32Array.from({ length: N * K }, (_, i) => bell(i, 1) * 0.1);
/** Rows whose third channel is forty times the others. */
const x = Float32Array.from({ length: ROWS * K }, (_, i) => bell(i, 2) * (i % K === 2 ? 40 : 1));
const batch = {
  rows: ROWS,
  x,
  seeds: new BigUint64Array(ROWS).fill(5n),
  positions: Uint32Array.from({ length: ROWS }, (_, i) => i),
};

const fp32 = createDevice(devices.get('digital-fp32')!, engine);
const exact: Matmul = {
  async execute({ batch: rows }) {
    const shard = fp32.program(
      { ...matrix, profile: 'digital-fp32', columnStart: 0, columnEnd: N, chipSeed: 1n },
      weights,
    );
    const { y, ledger, telemetry } = shard.execute(rows);
    return { y, ledger, telemetry, wall: { total: 0, engine: 0, grpc: 0, queue: 0 }, jobs: 1 };
  },
};

/** A shipped profile with some values changed. */
function variant(name: string, values: Record<string, number>): DeviceProfile {
  const profile = devices.get(name)!;
  const parameters = { ...profile.parameters };
  for (const [parameter, value] of Object.entries(values)) parameters[parameter] = { ...parameters[parameter]!, value };
  return { ...profile, parameters };
}

async function derive(profile: DeviceProfile, lambdas: number[], quantiles: number[]) {
  const capture = new CapturingMatmul(exact, [matrix], 64);
  for (let row = 0; row < ROWS; row += 16)
    await capture.execute({
      layer: 0,
      operation: 'qkv',
      batch: {
        rows: 16,
        x: x.subarray(row * K, (row + 16) * K),
        seeds: batch.seeds.subarray(row, row + 16),
        positions: batch.positions.subarray(row, row + 16),
      },
    });
  const [found] = await calibrateProfile({
    checkpoint: { readMatrix: async () => weights },
    captured: capture.captured(),
    device: createDevice(profile, engine),
    profile,
    reference: fp32,
    chipSeed: 1n,
    quantiles,
    lambdas,
  });
  return found!.derived;
}

describe('calibrateProfile', () => {
  it('narrows ADC ranges that are far too wide, and the error falls', async () => {
    const wide = variant('crossbar-basic', { adc_bits: 6, adc_bound: 128, output_noise: 0 });
    const { adcSteps, errorBefore, errorAfter, inputRange, exponents } = await derive(wide, [], []);
    expect([inputRange, exponents]).toEqual([undefined, undefined]);
    expect(adcSteps).toHaveLength(N);
    expect(Math.max(...adcSteps!)).toBeLessThan(2 * Math.log2(64));
    expect(errorAfter).toBeLessThan(errorBefore / 3);
  });

  it('scales a channel that stands out, and the error falls', async () => {
    const coarse = variant('crossbar-basic', { input_bits: 5, adc_bits: 14, output_noise: 0 });
    const plain = await derive(coarse, [], []);
    const { lambda, exponents, errorAfter } = await derive(coarse, [0.5, 0.75], []);
    expect([0.5, 0.75]).toContain(lambda);
    expect(exponents![2]).toBe(Math.max(...exponents!));
    expect(errorAfter).toBeLessThan(plain.errorAfter * 0.8);
  });

  it('leaves a device without converters as it is', async () => {
    const ideal = devices.get('crossbar-ideal')!;
    expect(ownAdcRange(ideal)).toBeUndefined();
    const { errorBefore, errorAfter, ...nothing } = await derive(ideal, [0.5], [0.999]);
    expect(nothing).toEqual({});
    expect(errorAfter).toBe(errorBefore);
  });

  it('finds the same again', async () => {
    const profile = devices.get('rram-neurram-130nm')!;
    expect(await derive(profile, [0.5], [0.999])).toEqual(await derive(profile, [0.5], [0.999]));
  });
});

describe('CapturingMatmul', () => {
  it('keeps the rows with the largest inputs, whatever else it draws', async () => {
    const capture = new CapturingMatmul(exact, [matrix], 16);
    await capture.execute({ layer: 0, operation: 'qkv', batch });
    const [{ batch: sample, peaks, sketch }] = capture.captured() as [ReturnType<typeof capture.captured>[number]];
    const largest = (values: Float32Array): number => Math.max(...values.map(Math.abs));
    expect(largest(sample.x)).toBe(largest(x));
    expect(sample.rows).toBeLessThanOrEqual(16);
    expect(new Set(sample.positions).size).toBe(sample.rows);
    expect(sketch.rows).toBe(ROWS);
    const { y } = await exact.execute({ layer: 0, operation: 'qkv', batch });
    expect(largest(peaks.absolute)).toBe(largest(y));
  });
});
