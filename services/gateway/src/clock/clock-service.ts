import { Inject, Injectable } from '@nestjs/common';
import { type Conditions, OhmlightError } from '@ohmlight/contracts';
import {
  type Ageing,
  checkRecalibration,
  policyCalibration,
  policyMeasurements,
  type Profiles,
  timesOf,
} from '@ohmlight/devices';
import { type Ageings, ageingProfiles, type DeviceTimes, deviceTimes } from '../engine/device-times.js';
import type { PlacedDevice } from '../engine/served-placement.js';
import type { MatmulFactory } from '../matmul/index.js';
import { AGEINGS, CLOCK_STORE, MATMUL_FACTORY, PROFILES } from '../tokens.js';
import { type Clock, type ClockStore, LATEST_TIME } from './clock-store.js';
import { type Booking, NOTHING_BOOKED, RecalibrationBook } from './recalibration-book.js';

/** A profile's clock as the API shows it. */
export interface ClockView {
  readonly profile: string;
  readonly object: 'clock';
  readonly device_time_s: number;
  /** Null where the profile measures no drift. */
  readonly calibrated_at_s: number | null;
  /** Whether the clock is set; otherwise the profile's `read_time` stands for it. */
  readonly set: boolean;
  readonly read_time_s: number;
  readonly compensated: boolean;
  readonly recalibration_interval_s: number;
}

/** What a request says of time. */
export interface TimeWish {
  readonly device_time_s?: number | undefined;
  readonly calibrated_at_s?: number | undefined;
}

/** Times that a clock is read again because another caller moved it meanwhile. */
const TRIES = 10;

/** The virtual clocks of the installation: what requests are pinned to, what moves them, and what that costs. */
@Injectable()
export class ClockService {
  constructor(
    @Inject(AGEINGS) private readonly ageings: Ageings,
    @Inject(PROFILES) private readonly profiles: Profiles,
    @Inject(CLOCK_STORE) private readonly store: ClockStore,
    @Inject(MATMUL_FACTORY) private readonly matmuls: MatmulFactory,
    @Inject(RecalibrationBook) private readonly book: RecalibrationBook,
  ) {}

  /**
   * Device times of a request on the devices of its model: those that it states, else those of the clocks now.
   * @throws OhmlightError `queue_unavailable` where the clocks cannot be read.
   */
  async pin(devices: readonly PlacedDevice[], wish: TimeWish = {}): Promise<DeviceTimes> {
    const { device_time_s: deviceTime, calibrated_at_s: calibratedAt } = wish;
    if (deviceTime !== undefined)
      return deviceTimes(devices, this.ageings, () => ({ deviceTime, calibratedAt }), deviceTime);
    const clocks = await this.store.read(ageingProfiles(devices, this.ageings));
    return deviceTimes(devices, this.ageings, (profile) => reading(this.ageings.get(profile)!, clocks.get(profile)));
  }

  async list(): Promise<ClockView[]> {
    const clocks = await this.store.read([...this.ageings.keys()]);
    return [...this.ageings.keys()].map((profile) => this.#view(profile, clocks.get(profile)));
  }

  async one(profile: string): Promise<ClockView> {
    this.#ageing(profile);
    return this.#view(profile, (await this.store.read([profile])).get(profile));
  }

  /** Sets a clock; a recalibration by hand that would lie after the new time is forgotten. */
  set(profile: string, deviceTime: number): Promise<ClockView & { readonly recalibration: Booking }> {
    return this.#move(profile, (from) => clockAt(deviceTime, from?.calibratedAt));
  }

  advance(profile: string, seconds: number): Promise<ClockView & { readonly recalibration: Booking }> {
    const { readTime } = this.#ageing(profile);
    return this.#move(profile, (from) => clockAt((from?.deviceTime ?? readTime) + seconds, from?.calibratedAt));
  }

  /** Takes the clock away: the profile is read at its own `read_time` again. Nothing is measured. */
  async clear(profile: string): Promise<ClockView> {
    this.#ageing(profile);
    await this.#replaced(profile, async () => ({ to: undefined, result: undefined }));
    return this.#view(profile, undefined);
  }

  /**
   * Measures drift now, at the clock's time, on every shard of the profile that a core holds.
   * @throws OhmlightError `invalid_value` where nothing is measured; `core_unavailable` where no core emulates the
   *   profile, or one is lost meanwhile: the clock then stands as it was, and nothing is booked.
   */
  async recalibrate(profile: string): Promise<ClockView & { readonly recalibration: Booking }> {
    const known = this.profiles.devices.get(profile);
    if (known) checkRecalibration(profile, this.ageings.get(profile));
    const { readTime } = this.#ageing(profile);
    const { to, result } = await this.#replaced(profile, async (from) => {
      const deviceTime = from?.deviceTime ?? readTime;
      const measured = await this.matmuls.recalibrate(profile, deviceTime);
      if (measured.cores === 0)
        throw new OhmlightError(
          'core_unavailable',
          `no core that emulates ${profile} is up; start one: npx ohmlight status lists them`,
        );
      return { to: { deviceTime, calibratedAt: deviceTime }, result: measured.recalibrations };
    });
    const recalibration = this.book.add(profile, known!.pool, result, 1, 'request');
    return { ...this.#view(profile, to), recalibration };
  }

  /** Moves a clock, and books what the profile's policy measures on the way. */
  async #move(
    profile: string,
    next: (from: Clock | undefined) => Clock,
  ): Promise<ClockView & { readonly recalibration: Booking }> {
    const ageing = this.#ageing(profile);
    const { to, result } = await this.#replaced(profile, async (from) => {
      const to = next(from);
      if (to.deviceTime > LATEST_TIME)
        throw new OhmlightError(
          'invalid_value',
          `seconds: the clock would pass its latest time, ${LATEST_TIME} s; advance it by less`,
          'seconds',
        );
      // Without an interval a recalibration by hand takes the policy's place.
      const byHand = to.calibratedAt !== undefined && ageing.recalibrationInterval === 0;
      const times = byHand ? 0 : policyMeasurements(ageing, from?.deviceTime ?? ageing.readTime, to.deviceTime);
      if (times === 0) return { to, result: undefined };
      const at = policyCalibration(ageing, to.deviceTime);
      return { to, result: { times, taken: (await this.matmuls.recalibrate(profile, at)).recalibrations } };
    });
    const { pool } = this.profiles.devices.get(profile)!;
    const recalibration = result ? this.book.add(profile, pool, result.taken, result.times, 'policy') : NOTHING_BOOKED;
    return { ...this.#view(profile, to), recalibration };
  }

  /** Replaces a clock by what `decide` makes of it; decides anew where another caller was faster. */
  async #replaced<T, C extends Clock | undefined>(
    profile: string,
    decide: (from: Clock | undefined) => Promise<{ to: C; result: T }>,
  ): Promise<{ to: C; result: T }> {
    for (let tries = 0; tries < TRIES; tries++) {
      const from = (await this.store.read([profile])).get(profile);
      const decided = await decide(from);
      if (await this.store.replace(profile, from, decided.to)) return decided;
    }
    throw new OhmlightError('overloaded', `the clock of ${profile} is moved by others all the time; try again`);
  }

  #ageing(profile: string): Ageing {
    const ageing = this.ageings.get(profile);
    if (ageing) return ageing;
    const ages = [...this.ageings.keys()].join(', ') || 'none';
    if (!this.profiles.devices.has(profile))
      throw new OhmlightError(
        'profile_not_found',
        `there is no device profile "${profile.slice(0, 80)}"; profiles that age: ${ages}`,
        'profile',
      );
    throw new OhmlightError(
      'invalid_value',
      `device profile ${profile} stays as it was programmed and has no clock; profiles that age: ${ages}`,
      'profile',
    );
  }

  #view(profile: string, clock: Clock | undefined): ClockView {
    const ageing = this.#ageing(profile);
    const { deviceTime, calibratedAt } = timesOf(ageing, reading(ageing, clock));
    return {
      profile,
      object: 'clock',
      device_time_s: deviceTime,
      calibrated_at_s: ageing.compensated ? calibratedAt : null,
      set: clock !== undefined,
      read_time_s: ageing.readTime,
      compensated: ageing.compensated,
      recalibration_interval_s: ageing.recalibrationInterval,
    };
  }
}

const clockAt = (deviceTime: number, calibratedAt: number | undefined): Clock =>
  calibratedAt !== undefined && calibratedAt <= deviceTime ? { deviceTime, calibratedAt } : { deviceTime };

/** What a clock says; the later one of the recalibration by hand and that of the policy's interval holds. */
function reading(ageing: Ageing, clock: Clock | undefined): Conditions {
  if (clock?.calibratedAt === undefined) return { deviceTime: clock?.deviceTime };
  const { deviceTime, calibratedAt } = clock;
  return {
    deviceTime,
    calibratedAt:
      ageing.recalibrationInterval > 0 ? Math.max(calibratedAt, policyCalibration(ageing, deviceTime)) : calibratedAt,
  };
}
