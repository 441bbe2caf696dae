import { emptyLedger } from '@ohmlight/contracts';
import { type Ageing, loadProfiles } from '@ohmlight/devices';
import { Metrics } from '@ohmlight/telemetry';
import { describe, expect, it } from 'vitest';
import { metricSum } from '../../testing/engine.js';
import { PROFILES } from '../../testing/start.js';
import { servedPlacements } from '../engine/served-placement.js';
import type { MatmulFactory } from '../matmul/index.js';
import { ClockService } from './clock-service.js';
import { MemoryClockStore } from './memory-clock-store.js';
import { RecalibrationBook } from './recalibration-book.js';

const PROFILE = 'pcm-standard';
const profiles = loadProfiles(PROFILES);
const placement = servedPlacements(profiles).find(({ name }) => name === PROFILE)!;

/** A clock service whose profile measures drift every 100 s; a measurement at t takes 1 s and t joules. */
function setUp(over: { readonly cores?: number; readonly fails?: boolean } = {}) {
  const ageing: Ageing = { readTime: 50, compensated: true, recalibrationInterval: 100 };
  const metrics = new Metrics('gateway', 'test');
  const measuredAt: number[] = [];
  const matmuls: Pick<MatmulFactory, 'recalibrate'> = {
    async recalibrate(_, deviceTime) {
      if (over.fails) throw new Error('a core was lost');
      measuredAt.push(deviceTime);
      const ledger = { ...emptyLedger(), seconds: 1, joules: { adc: deviceTime } };
      return { cores: over.cores ?? 1, recalibrations: [{ operation: 'qkv', shards: 2, ledger }] };
    },
  };
  const clocks = new ClockService(
    new Map([[PROFILE, ageing]]),
    profiles,
    new MemoryClockStore(),
    matmuls as MatmulFactory,
    new RecalibrationBook(metrics),
  );
  const booked = (name: 'ohmlight_recalibrations_total' | 'ohmlight_modelled_energy_joules_total') =>
    metricSum(metrics, name, { profile: PROFILE });
  return { clocks, measuredAt, booked };
}

describe("a profile's recalibration interval", () => {
  it('books as many measurements however the clock is advanced, each as the last one', async () => {
    const [once, often] = [setUp(), setUp()];
    const { recalibration } = await once.clocks.advance(PROFILE, 400);
    expect(recalibration).toEqual({ measurements: 4, shards: 2, seconds: 4, joules: 4 * 400 });
    for (let i = 0; i < 40; i++) await often.clocks.advance(PROFILE, 10);
    expect(often.measuredAt).toEqual([100, 200, 300, 400]);
    for (const { booked } of [once, often]) expect(await booked('ohmlight_recalibrations_total')).toBe(8);
    expect(await often.booked('ohmlight_modelled_energy_joules_total')).toBe(100 + 200 + 300 + 400);
  });

  it('tells when drift was last measured: the later of its own measurement and one by hand', async () => {
    const { clocks } = setUp();
    const pinned = async () => (await clocks.pin(placement.devices(2))).of(PROFILE);
    expect(await pinned()).toEqual({ deviceTime: 50, calibratedAt: 0 });
    await clocks.set(PROFILE, 250);
    expect(await pinned()).toEqual({ deviceTime: 250, calibratedAt: 200 });
    expect(await clocks.recalibrate(PROFILE)).toMatchObject({ calibrated_at_s: 250 });
    await clocks.set(PROFILE, 290);
    expect(await pinned()).toEqual({ deviceTime: 290, calibratedAt: 250 });
    await clocks.advance(PROFILE, 20);
    expect(await pinned()).toEqual({ deviceTime: 310, calibratedAt: 300 });
  });

  it('books nothing where the clock goes back or is taken away', async () => {
    const { clocks, measuredAt } = setUp();
    await clocks.set(PROFILE, 99);
    await clocks.set(PROFILE, 10);
    await clocks.clear(PROFILE);
    expect(measuredAt).toEqual([]);
  });
});

describe('a measurement that fails', () => {
  it('leaves the clock as it was and books nothing', async () => {
    const { clocks, booked } = setUp({ fails: true });
    await expect(clocks.advance(PROFILE, 400)).rejects.toThrow('a core was lost');
    await expect(clocks.recalibrate(PROFILE)).rejects.toThrow('a core was lost');
    expect(await clocks.one(PROFILE)).toMatchObject({ device_time_s: 50, calibrated_at_s: 0, set: false });
    expect(await booked('ohmlight_recalibrations_total')).toBe(0);
  });

  it('for want of a core names the remedy', async () => {
    const { clocks } = setUp({ cores: 0 });
    await expect(clocks.recalibrate(PROFILE)).rejects.toMatchObject({
      code: 'core_unavailable',
      message: expect.stringContaining('npx ohmlight status'),
    });
  });

  it('is an advance beyond the latest time', async () => {
    const { clocks } = setUp();
    await clocks.set(PROFILE, 1e12);
    await expect(clocks.advance(PROFILE, 1)).rejects.toMatchObject({ code: 'invalid_value' });
  });
});
