import type { Conditions } from '@ohmlight/contracts';
import { type Ageing, timesOf } from '@ohmlight/devices';
import type { PlacedDevice } from './served-placement.js';

/** What time does to the devices of each profile; those that stay as they were programmed are not in it. */
export type Ageings = ReadonlyMap<string, Ageing>;

/** Seconds since a profile's devices were programmed, and at their last measurement of drift, where they have one. */
export interface Times {
  readonly deviceTime: number;
  readonly calibratedAt: number | undefined;
}

/**
 * The device times that a request is pinned to at admission: all its steps read the devices at them, whatever becomes
 * of the clocks meanwhile.
 */
export class DeviceTimes {
  /** Equal for requests that may share a step. */
  readonly key: string;
  readonly #byProfile: ReadonlyMap<string, Times>;
  readonly #stated: number | undefined;

  /**
   * @param times Of each profile of the placement that ages.
   * @param stated Device time that the request itself states.
   */
  constructor(times: ReadonlyMap<string, Times>, stated?: number) {
    this.#byProfile = times;
    this.#stated = stated;
    this.key = [...times].map(([profile, t]) => `${profile} ${t.deviceTime} ${t.calibratedAt}`).join('\n');
  }

  /** Conditions of an execution on a profile; none where its device does not age. */
  of(profile: string): Conditions | undefined {
    return this.#byProfile.get(profile);
  }

  /** Device time in seconds: the one that the request states, else the one that all profiles share; null else. */
  get deviceTime(): number | null {
    return this.#stated ?? this.#common(({ deviceTime }) => deviceTime);
  }

  /** When drift was last measured, seconds, where all profiles that measure it share it; null else. */
  get calibratedAt(): number | null {
    return this.#common(({ calibratedAt }) => calibratedAt);
  }

  /** Times by profile. */
  get byProfile(): ReadonlyMap<string, Times> {
    return this.#byProfile;
  }

  #common(pick: (times: Times) => number | undefined): number | null {
    const values = new Set([...this.#byProfile.values()].map(pick).filter((value) => value !== undefined));
    return values.size === 1 ? [...values][0]! : null;
  }
}

/** Names of profiles that age, in the order of the devices. */
export const ageingProfiles = (devices: readonly PlacedDevice[], ageings: Ageings): string[] =>
  devices.map(({ profile }) => profile).filter((profile) => ageings.has(profile));

/** Device times of a placement's devices where `conditionsOf` says what is stated for each profile. */
export function deviceTimes(
  devices: readonly PlacedDevice[],
  ageings: Ageings,
  conditionsOf: (profile: string) => Conditions,
  stated?: number,
): DeviceTimes {
  return new DeviceTimes(
    new Map(
      ageingProfiles(devices, ageings).map((profile) => {
        const ageing = ageings.get(profile)!;
        const { deviceTime, calibratedAt } = timesOf(ageing, conditionsOf(profile));
        return [profile, { deviceTime, calibratedAt: ageing.compensated ? calibratedAt : undefined }];
      }),
    ),
    stated,
  );
}
