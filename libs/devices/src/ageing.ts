import { checkConditions, type Conditions, OhmlightError } from '@ohmlight/contracts';

/** What time does to a device of a profile. A profile whose device stays as it was programmed has none. */
export interface Ageing {
  /** Device time of an execution that states none, s. */
  readonly readTime: number;
  /** Whether drift is measured and divided out. */
  readonly compensated: boolean;
  /** Seconds between measurements of drift by the profile's policy; 0 for one at the time of the read. */
  readonly recalibrationInterval: number;
}

/** Device times of an execution, s. */
export interface Times {
  readonly deviceTime: number;
  /** When drift was last measured. */
  readonly calibratedAt: number;
}

/** Device time of the policy's last measurement of drift at device time `t`. */
export const policyCalibration = ({ recalibrationInterval: every }: Ageing, t: number): number =>
  every > 0 ? Math.min(t, Math.floor(t / every) * every) : t;

/**
 * Device times that an execution under `conditions` has: the profile's own where they state none.
 * @throws OhmlightError `invalid_value` for a time before programming, or for drift measured after the execution.
 */
export function timesOf(ageing: Ageing, conditions: Conditions): Times {
  const deviceTime = conditions.deviceTime ?? ageing.readTime;
  checkConditions({ ...conditions, deviceTime });
  return { deviceTime, calibratedAt: conditions.calibratedAt ?? policyCalibration(ageing, deviceTime) };
}

/**
 * How often the profile's policy measures drift while the device's clock goes from `from` to `to`: once per multiple
 * of the interval that is passed; without an interval once, at the new time. Never where the clock does not advance.
 */
export function policyMeasurements({ compensated, recalibrationInterval: every }: Ageing, from: number, to: number) {
  if (!compensated || to <= from) return 0;
  return every > 0 ? Math.floor(to / every) - Math.floor(from / every) : 1;
}

/** @throws OhmlightError `invalid_value` where a profile's drift cannot be measured, with the reason. */
export function checkRecalibration(profile: string, ageing: Ageing | undefined): asserts ageing is Ageing {
  if (ageing?.compensated) return;
  const why = ageing
    ? 'measures no drift (compensation none); set compensation in its profile to global or column'
    : 'does not drift; there is nothing to recalibrate';
  throw new OhmlightError('invalid_value', `device profile ${profile} ${why}`, 'profile');
}
