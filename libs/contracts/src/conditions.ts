import { OhmlightError } from './errors.js';
import type { MatmulJob } from './job.js';

/** When an execution takes place, on the device's virtual clock. */
export interface Conditions {
  /** Seconds since the shard was programmed; the profile's `read_time` unless stated. */
  readonly deviceTime?: number | undefined;
  /** Device time at which drift was last measured; what the profile's policy says unless stated. */
  readonly calibratedAt?: number | undefined;
}

/**
 * Refuses a time before programming, and a measurement of drift that lies before it or after the execution.
 * @throws OhmlightError `invalid_value` naming the field.
 */
export function checkConditions({ deviceTime, calibratedAt }: Conditions): void {
  if (deviceTime !== undefined && !(deviceTime >= 0 && deviceTime < Infinity))
    throw new OhmlightError(
      'invalid_value',
      `device time ${deviceTime} s lies before programming: give seconds since programming, 0 or more`,
      'device_time_s',
    );
  if (calibratedAt !== undefined && !(calibratedAt >= 0 && calibratedAt <= (deviceTime ?? Infinity)))
    throw new OhmlightError(
      'invalid_value',
      `drift cannot have been measured at ${calibratedAt} s when the device time is ${deviceTime ?? 'not stated'}: give a time between programming and now`,
      'calibrated_at_s',
    );
}

/** Conditions as a job and an Execute request carry them: what is not stated is absent. */
export const jobConditions = ({
  deviceTime,
  calibratedAt,
}: Conditions): Pick<MatmulJob, 'deviceTime' | 'calibratedAt'> => ({
  ...(deviceTime !== undefined && { deviceTime }),
  ...(calibratedAt !== undefined && { calibratedAt }),
});
