import { COMPONENTS, totalJoules } from '@ohmlight/contracts';
import { createTileEngine, createTypescriptEngine } from '@ohmlight/tile-engine';
import { describe, expect, it } from 'vitest';
import { batchOf, exactProduct, random, relativeError } from '../../../../tile-engine/testing/random.js';
import { chained, ffnShardOf, profiles } from '../../../testing/profiles.js';
import { createDevice } from '../../create-device.js';

const [k, inner, n, rows] = [96, 80, 512, 12];
const draw = random(31);
const gateUp = draw.gaussians(2 * inner * k, 0.1, 3);
const down = draw.gaussians(n * inner, 0.1, 3);
const x = draw.gaussians(rows * k, 1, 3.9);
const batch = batchOf(x, rows);
const weightsOf = (start = 0, end = n): Float32Array =>
  Float32Array.from([...gateUp, ...down.subarray(start * inner, end * inner)]);

/** The feed-forward part in f64. */
function reference(): Float64Array {
  const before = exactProduct(gateUp, x, rows, k, 2 * inner);
  const hidden = Float32Array.from({ length: rows * inner }, (_, at) => {
    const row = Math.floor(at / inner) * 2 * inner;
    const gate = before[row + (at % inner)]!;
    return (gate / (1 + Math.exp(-gate))) * before[row + inner + (at % inner)]!;
  });
  return exactProduct(down, hidden, rows, inner, n);
}

const ideal = reference();
const engine = createTileEngine();
const run = (profile: Parameters<typeof createDevice>[0], on = engine) =>
  createDevice(profile, on).program(ffnShardOf({ k, inner, n }, profile.name), weightsOf()).execute(batch);

/** A circuit without errors, wide enough for every value. */
const QUIET = {
  predistortion_residual: 0,
  port_offset: 0,
  steering_offset: 0,
  gain_spread: 0,
  output_offset: 0,
  noise_bandwidth: 1e-9,
  hidden_margin: 3,
  adc_margin: 3,
};
const STILL: Readonly<Record<string, Record<string, unknown>>> = {
  'pcm-standard': { cell: 'exact', input_bits: 12, adc_bits: 14, read_noise: 0, output_noise: 0, wire_model: 'none' },
  'pcm-hermes-14nm': {
    cell: 'exact',
    input_bits: 12,
    adc_bits: 14,
    read_noise: 0,
    output_noise: 0,
    noise_bandwidth: 0,
    compression: 0,
    wire_model: 'none',
    stuck_low: 0,
    stuck_high: 0,
  },
  'rram-cmo-hfox': {
    cell: 'exact',
    input_bits: 12,
    adc_bits: 14,
    read_noise: 0,
    output_noise: 0,
    wire_model: 'none',
    weight_bits: 0,
  },
  'gilbert-opamp-cmos': {
    offset_x: 0,
    offset_w: 0,
    gain_spread: 0,
    weight_tolerance: 0,
    resistor_tolerance: 0,
    amplifier_offset: 0,
    predistortion_residual: 0,
    gain_bandwidth: 1e-9,
    weight_bits: 16,
    input_bits: 12,
    adc_bits: 14,
  },
};

describe.each(Object.keys(STILL))('the chain of %s', (name) => {
  const profile = profiles.devices.get(name)!;
  const whole = createDevice(profile, engine).program(ffnShardOf({ k, inner, n }, name), weightsOf());
  const { y, ledger, telemetry } = whole.execute(batch);

  it('is the feed-forward part where nothing errs, and near it where all does', () => {
    const still = run(chained(name, QUIET, STILL[name]));
    expect(relativeError(still.y, ideal)).toBeLessThan(5e-3);
    const error = relativeError(y, ideal);
    expect(error).toBeGreaterThan(2 * relativeError(still.y, ideal));
    expect(error).toBeLessThan(0.8);
  });

  it.each([
    ['predistortion_residual', 0.1],
    ['port_offset', 0.05],
    ['steering_offset', 0.02],
    ['gain_spread', 0.2],
    ['output_offset', 0.05],
    ['noise_bandwidth', 1e10],
    ['predistortion', 'none'],
    ['temperature', 400],
    ['input_range', 1],
    ['hidden_margin', 0.1],
  ])('errs by its %s', (parameter, value) => {
    const circuit = { ...QUIET, [parameter]: value };
    expect(relativeError(run(chained(name, circuit, STILL[name])).y, ideal)).toBeGreaterThan(0.02);
  });

  it('gives the same bits again, in two shards, on another engine, and a row alone', () => {
    const device = createDevice(profile, engine);
    expect(whole.execute(batch).y).toEqual(y);
    for (const [start, end] of [
      [0, 256],
      [256, 512],
    ] as const) {
      const spec = ffnShardOf({ k, inner, n }, name, start, end);
      const part = device.program(spec, weightsOf(start, end)).execute(batch).y;
      for (let row = 0; row < rows; row++)
        expect(part.subarray(row * 256, (row + 1) * 256)).toEqual(y.subarray(row * n + start, row * n + end));
    }
    expect(run(profile, createTypescriptEngine()).y).toEqual(y);
    const { seeds, positions } = batch;
    const alone = { rows: 1, x: x.slice(5 * k, 6 * k), seeds: seeds.slice(5, 6), positions: positions.slice(5, 6) };
    expect(whole.execute(alone).y).toEqual(y.subarray(5 * n, 6 * n));
  });

  it('converts at its ends alone, and books cells, amplifiers and drivers', () => {
    const device = createDevice(profile, engine);
    const apart = { ...ffnShardOf({ k, inner, n }, name), inner: undefined };
    const first = device.program({ ...apart, operation: 'gate_up', n: 2 * inner, columnEnd: 2 * inner }, gateUp);
    const second = device.program({ ...apart, operation: 'down', k: inner }, down);
    const converted = [
      first.execute(batch).ledger,
      second.execute(batchOf(draw.gaussians(rows * inner), rows)).ledger,
    ] as const;
    expect(ledger.macs).toBe(converted[0].macs + converted[1].macs);
    expect(ledger.dacConversions).toBe(converted[0].dacConversions);
    expect(ledger.adcConversions).toBe(converted[1].adcConversions);
    expect(ledger.joules.adc!).toBeCloseTo(converted[1].joules.adc!, 18);
    expect(ledger.joules.tia!).toBeGreaterThan(0);
    expect(ledger.joules.driver!).toBeGreaterThan(converted[0].joules.driver! + converted[1].joules.driver!);
    for (const component of Object.keys(ledger.joules)) expect(COMPONENTS).toContain(component);
    expect(totalJoules(whole.programLedger.joules)).toBeGreaterThan(0);
    expect(telemetry.noiseRms).toBeGreaterThan(0);
    expect(Number.isFinite(telemetry.signalRms)).toBe(true);
  });

  it('answers zeros to weights of zero, and refuses what does not fit', () => {
    const device = createDevice(chained(name, { ...QUIET }, STILL[name]), engine);
    const spec = ffnShardOf({ k, inner, n }, name);
    const nothing = device.program(spec, new Float32Array(weightsOf().length)).execute(batch);
    expect(nothing.y.every((value) => Math.abs(value) < 1e-6)).toBe(true);
    const refused = (code: string) => expect.objectContaining({ code });
    expect(() => device.program(spec, weightsOf().subarray(1))).toThrow(refused('invalid_shard'));
    expect(() => device.program({ ...spec, inner: inner + 1 }, weightsOf())).toThrow(refused('invalid_shard'));
    expect(() => device.program(spec, weightsOf().fill(NaN, 7, 8))).toThrow(refused('invalid_shard'));
    expect(() => whole.execute({ ...batch, x: x.subarray(1) })).toThrow(refused('invalid_job'));
    expect(() => whole.execute({ ...batch, x: x.map((v, i) => (i === 3 ? NaN : v)) })).toThrow(refused('invalid_job'));
  });

  it('takes the DAC range that was calibrated', () => {
    const device = createDevice(profile, engine);
    const narrow = device.program(ffnShardOf({ k, inner, n }, name), weightsOf(), { inputRange: 0.5 }).execute(batch);
    expect(narrow.telemetry.dacSaturated).toBeGreaterThan(telemetry.dacSaturated + 100);
  });
});

describe('a chain of phase-change memory', () => {
  const shard = createDevice(profiles.devices.get('pcm-standard')!, engine).program(
    ffnShardOf({ k, inner, n }, 'pcm-standard'),
    weightsOf(),
  );

  it('drifts, and comes back to the same bits', () => {
    const early = shard.execute(batch, { deviceTime: 60 }).y;
    const late = shard.execute(batch, { deviceTime: 1e8 }).y;
    expect(relativeError(late, ideal)).toBeGreaterThan(relativeError(early, ideal));
    expect(shard.execute(batch, { deviceTime: 60 }).y).toEqual(early);
    // Never calibrated again: the sums of both arrays shrink, and their product more.
    const shrunk = shard.execute(batch, { deviceTime: 1e8, calibratedAt: 0 }).y;
    const rms = (of: Float32Array): number => Math.sqrt(of.reduce((sum, v) => sum + v * v, 0));
    expect(rms(shrunk)).toBeLessThan(0.5 * rms(late));
    expect(() => shard.execute(batch, { deviceTime: -1 })).toThrow(expect.objectContaining({ code: 'invalid_value' }));
  });

  it('is measured for drift in both arrays', () => {
    expect(shard.recalibrate!(86_400).macs).toBe(512 * (2 * inner + n));
  });
});

describe('a device without a chain', () => {
  it.each(['crossbar-basic', 'homodyne-basic', 'sram-charge-65nm', 'rram-isaac-32nm', 'gilbert-board-ad633'])(
    '%s refuses an ffn and says what to do',
    (name) => {
      const device = createDevice(profiles.devices.get(name)!, engine);
      expect(() => device.program(ffnShardOf({ k, inner, n }, name), weightsOf())).toThrow(
        expect.objectContaining({
          code: 'invalid_shard',
          message: expect.stringMatching(/no chain.*placement's rule/),
        }),
      );
    },
  );
});
