import { describe, expect, it } from 'vitest';
import { type Ageing, checkRecalibration, policyMeasurements, timesOf } from './ageing.js';
import { ageingOf } from './create-device.js';
import { loadProfiles } from './profile/load-profiles.js';

const ageing = (recalibrationInterval: number): Ageing => ({ readTime: 10, compensated: true, recalibrationInterval });

describe('device times', () => {
  it("are the profile's where nothing is stated, and the policy's measurement goes with them", () => {
    expect(timesOf(ageing(0), {})).toEqual({ deviceTime: 10, calibratedAt: 10 });
    expect(timesOf(ageing(7), {})).toEqual({ deviceTime: 10, calibratedAt: 7 });
    expect(timesOf(ageing(7), { deviceTime: 20 })).toEqual({ deviceTime: 20, calibratedAt: 14 });
    expect(timesOf(ageing(7), { deviceTime: 20, calibratedAt: 1 })).toEqual({ deviceTime: 20, calibratedAt: 1 });
  });

  it.each([{ deviceTime: -1 }, { deviceTime: Infinity }, { calibratedAt: 11 }, { calibratedAt: -1 }])(
    'are refused where they cannot be: %o',
    (conditions) => {
      expect(() => timesOf(ageing(0), conditions)).toThrow(expect.objectContaining({ code: 'invalid_value' }));
    },
  );
});

describe("measurements of the profile's policy", () => {
  it('are one for each multiple of the interval that the clock passes', () => {
    expect(policyMeasurements(ageing(7), 0, 6.9)).toBe(0);
    expect(policyMeasurements(ageing(7), 6.9, 7)).toBe(1);
    expect(policyMeasurements(ageing(7), 7, 30)).toBe(3);
    // However the clock is advanced, the sum is the same.
    const steps = Array.from({ length: 30 }, (_, i) => policyMeasurements(ageing(7), i, i + 1));
    expect(steps.reduce((a, b) => a + b)).toBe(policyMeasurements(ageing(7), 0, 30));
  });

  it('are one for each new time without an interval, and none where the clock stands or goes back', () => {
    expect(policyMeasurements(ageing(0), 5, 500)).toBe(1);
    expect(policyMeasurements(ageing(0), 5, 5)).toBe(0);
    expect(policyMeasurements(ageing(7), 30, 0)).toBe(0);
    expect(policyMeasurements({ ...ageing(7), compensated: false }, 0, 100)).toBe(0);
  });
});

describe('profiles', () => {
  const { devices } = loadProfiles('profiles');
  const named = (name: string) => ageingOf(devices.get(name)!);

  it('say what time does to their devices', () => {
    expect(named('pcm-standard')).toEqual({ readTime: 86_400, compensated: true, recalibrationInterval: 0 });
    expect(named('mrr-wdm')).toEqual({ readTime: 5, compensated: true, recalibrationInterval: 10 });
    expect(named('ddot-lt')).toBeUndefined();
    expect(named('digital-fp32')).toBeUndefined();
    expect(named('crossbar-basic')).toBeUndefined();
    expect(named('crossbar-ideal')).toBeUndefined();
    expect(named('rram-isaac-32nm')).toBeUndefined();
    expect(named('sram-charge-65nm')).toBeUndefined();
    expect(named('gilbert-board-ad633')).toBeUndefined();
    expect(named('gilbert-opamp-cmos')).toBeUndefined();
    expect(named('rram-neurram-130nm')).toMatchObject({ compensated: false });
  });

  it('whose drift is not measured are refused, with the reason', () => {
    expect(() => checkRecalibration('x', undefined)).toThrow('device profile x does not drift');
    expect(() => checkRecalibration('x', { ...ageing(0), compensated: false })).toThrow(/measures no drift/);
    expect(() => checkRecalibration('x', ageing(0))).not.toThrow();
  });
});
