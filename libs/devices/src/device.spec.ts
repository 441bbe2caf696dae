import { COMPONENTS, totalJoules } from '@ohmlight/contracts';
import { createTileEngine } from '@ohmlight/tile-engine';
import { describe, expect, it } from 'vitest';
import { batchOf, exactProduct, random, relativeError } from '../../tile-engine/testing/random.js';
import { profiles, shardOf } from '../testing/profiles.js';
import { createDevice } from './create-device.js';

const k = 260;
const n = 512;
const draw = random(8);
const weights = draw.gaussians(n * k, 0.05);
const rows = 6;
const x = draw.gaussians(rows * k);
const batch = batchOf(x, rows);

/** Relative error that a device's own physics leaves, and some more. */
const ERROR: Readonly<Record<string, number>> = {
  'digital-fp32': 1e-6,
  'digital-fp8': 0.05,
  'crossbar-ideal': 1e-6,
  'rram-isaac-32nm': 1e-3,
  'flash-sonos-40nm': 0.08,
  'rram-cmo-hfox': 0.17,
  'pcm-standard': 0.19,
  'pcm-hermes-14nm': 0.22,
  'rram-neurram-130nm': 0.28,
  'sram-c2c-22nm': 0.12,
  'optical-ideal': 1e-6,
  'optical-converters': 0.02,
  'phase-mask': 0.1,
  'homodyne-tfln': 0.1,
  'mrr-wdm': 0.1,
  'pcm-photonic': 0.1,
};
const engine = createTileEngine();

/** Every device keeps this contract, whatever its physics. */
describe.each([...profiles.devices.keys()])('the device %s', (name) => {
  const device = createDevice(profiles.devices.get(name)!, engine);
  const whole = device.program(shardOf({ k, n }, name), weights);
  const { y, ledger, telemetry } = whole.execute(batch);

  it('multiplies rows by the weights, within its error', () => {
    const exact = exactProduct(weights, x, rows, k, n);
    expect(relativeError(y, exact)).toBeLessThan(ERROR[name] ?? 0.06);
    expect(y).toHaveLength(rows * n);
  });

  it('gives the same bits again, and programmed again', () => {
    expect(whole.execute(batch).y).toEqual(y);
    expect(device.program(shardOf({ k, n }, name), weights).execute(batch).y).toEqual(y);
  });

  it('gives the same bits in two shards', () => {
    const width = n / 2;
    for (let start = 0; start < n; start += width) {
      const spec = shardOf({ k, n }, name, start, start + width);
      const part = device.program(spec, weights.subarray(start * k, (start + width) * k)).execute(batch).y;
      for (let row = 0; row < rows; row++)
        expect(part.subarray(row * width, (row + 1) * width)).toEqual(
          y.subarray(row * n + start, row * n + start + width),
        );
    }
  });

  it('gives a row the same bits alone, and in another place of the batch', () => {
    const order = [...batch.seeds.keys()].toReversed();
    const reversed = whole.execute({
      rows,
      x: Float32Array.from(order.flatMap((row) => [...x.subarray(row * k, row * k + k)])),
      seeds: batch.seeds.toReversed(),
      positions: batch.positions.toReversed(),
    });
    for (const row of order) {
      const expected = y.subarray(row * n, row * n + n);
      const alone = {
        rows: 1,
        x: x.slice(row * k, row * k + k),
        seeds: batch.seeds.slice(row, row + 1),
        positions: batch.positions.slice(row, row + 1),
      };
      expect(whole.execute(alone).y).toEqual(expected);
      const at = rows - 1 - row;
      expect(reversed.y.subarray(at * n, at * n + n)).toEqual(expected);
    }
  });

  it('books its work: time, energy by component, operations', () => {
    expect(ledger.macs).toBe(rows * k * n);
    expect(ledger.seconds).toBeGreaterThan(0);
    expect(totalJoules(ledger.joules)).toBeGreaterThan(0);
    for (const [component, joules] of Object.entries(ledger.joules)) {
      expect(COMPONENTS).toContain(component);
      expect(joules).toBeGreaterThanOrEqual(0);
      expect(Number.isFinite(joules)).toBe(true);
    }
    expect(whole.programLedger).toMatchObject({ reloads: 1, macs: 0 });
    expect(totalJoules(whole.programLedger.joules)).toBeGreaterThan(0);
    expect(whole.residentBytes).toBeGreaterThan(n * k);
  });

  it('takes no less for more rows', () => {
    const one = whole.execute({
      rows: 1,
      x: x.slice(0, k),
      seeds: batch.seeds.slice(0, 1),
      positions: batch.positions.slice(0, 1),
    });
    expect(ledger.seconds).toBeGreaterThanOrEqual(one.ledger.seconds);
    expect(totalJoules(ledger.joules)).toBeGreaterThan(totalJoules(one.ledger.joules));
  });

  it('tells what it observed, in output units', () => {
    const rms = Math.sqrt(y.reduce((sum, value) => sum + value * value, 0) / y.length);
    expect(Math.abs(telemetry.signalRms / rms - 1)).toBeLessThan(0.01);
    expect(telemetry.noiseRms).toBeGreaterThanOrEqual(0);
    expect(telemetry.noiseRms).toBeLessThan(0.15 * rms);
    expect(telemetry.dacSaturated).toBe(0);
  });

  it('answers zeros to rows of zeros and to weights of zero', () => {
    expect(whole.execute({ ...batch, x: new Float32Array(rows * k) }).y).toEqual(new Float32Array(rows * n));
    const zeros = device.program(shardOf({ k, n: 256 }, name), new Float32Array(256 * k)).execute(batch);
    expect(zeros.y.every((value) => value === 0)).toBe(true);
    expect(zeros.telemetry).toMatchObject({ signalRms: 0, noiseRms: 0 });
    expect(Number.isFinite(totalJoules(zeros.ledger.joules))).toBe(true);
  });

  it('refuses rows and weights that do not fit or are not finite', () => {
    const invalid = (code: string) => expect.objectContaining({ code });
    expect(() => whole.execute({ ...batch, x: x.subarray(1) })).toThrow(invalid('invalid_job'));
    expect(() => whole.execute({ ...batch, seeds: new BigUint64Array(1) })).toThrow(invalid('invalid_job'));
    for (const value of [NaN, Infinity])
      expect(() => whole.execute({ ...batch, x: x.map((v, i) => (i === 5 ? value : v)) })).toThrow(
        invalid('invalid_job'),
      );
    const spec = shardOf({ k, n }, name);
    expect(() => device.program(spec, weights.subarray(1))).toThrow(invalid('invalid_shard'));
    expect(() => device.program({ ...spec, columnEnd: n + 1 }, weights)).toThrow(invalid('invalid_shard'));
    expect(() =>
      device.program(
        spec,
        weights.map((v, i) => (i === 5 ? NaN : v)),
      ),
    ).toThrow(invalid('invalid_shard'));
  });
});

describe.each([
  'crossbar-basic',
  'homodyne-basic',
  'homodyne-tfln',
  'phase-mask',
  'freespace-incoherent',
  'mrr-wdm',
  'pcm-photonic',
])('the chip of %s', (name) => {
  const device = createDevice(profiles.devices.get(name)!, engine);
  const spec = shardOf({ k, n: 256 }, name);
  const execute = (change: object) =>
    device.program({ ...spec, ...change }, weights.subarray(0, 256 * k)).execute(batch).y;

  it('has its own static error: by seed and by matrix, not by profile name', () => {
    const first = execute({});
    expect(execute({ chipSeed: 2n })).not.toEqual(first);
    expect(execute({ checkpoint: 'other' })).not.toEqual(first);
    expect(execute({ profile: 'other' })).toEqual(first);
  });
});
