import { profilesOf } from '@ohmlight/contracts';
import { loadProfiles, REFERENCE_PLACEMENT } from '@ohmlight/devices';
import { describe, expect, it } from 'vitest';
import { allPlacements, subjectOf } from './subject.js';

const profiles = loadProfiles('profiles');

describe('subjects', () => {
  it('are every placement, the reference first, each once', () => {
    const names = allPlacements(profiles);
    expect(names[0]).toBe(REFERENCE_PLACEMENT);
    expect(names.toSorted()).toEqual([...profiles.placements.keys()].toSorted());
  });

  it('hold the profiles that their rules name and no others', () => {
    for (const name of allPlacements(profiles)) {
      const { placement, devices } = subjectOf(profiles, name);
      expect(Object.keys(devices).toSorted()).toEqual(profilesOf(placement.rules).toSorted());
    }
  });

  it('are refused by a name that does not exist, with those that do', () => {
    expect(() => subjectOf(profiles, 'abacus')).toThrow(
      expect.objectContaining({ code: 'model_not_found', message: expect.stringContaining('crossbar-basic') }),
    );
  });
});
