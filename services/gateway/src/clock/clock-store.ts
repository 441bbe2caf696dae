import { z } from 'zod';

/** Latest device time of a clock, s: 30,000 years. Sums of what its policy measures stay finite. */
export const LATEST_TIME = 1e12;

/** A device time: seconds since programming. */
export const deviceTimeSchema = z
  .number({ error: 'must be a number of seconds since programming' })
  .min(0, 'lies before programming; write seconds since then, 0 or more')
  .max(LATEST_TIME, `lies beyond the latest device time, ${LATEST_TIME} s`);

/** A device profile's virtual clock. */
export const clockSchema = z.object({
  /** Seconds since programming. */
  deviceTime: deviceTimeSchema,
  /** Device time of the last recalibration by hand; absent while the profile's policy alone measures drift. */
  calibratedAt: z.number().min(0).optional(),
});
export type Clock = z.infer<typeof clockSchema>;

/**
 * Where the clocks of an installation stand, one per device profile, the same for every gateway. A profile without a
 * clock is read at its own `read_time`.
 *
 * @throws OhmlightError `queue_unavailable` when the store does not answer.
 */
export interface ClockStore {
  /** The clocks that are set, of these profiles. */
  read(profiles: readonly string[]): Promise<ReadonlyMap<string, Clock>>;
  /**
   * Sets a profile's clock, or takes it away, if it still is what the caller read.
   * @returns Whether it was.
   */
  replace(profile: string, from: Clock | undefined, to: Clock | undefined): Promise<boolean>;
}
