import { describe, expect, it } from 'vitest';
import { loadProfiles } from './load-profiles.js';
import { fieldValue, profileFields, variantOf } from './variant.js';

const { devices } = loadProfiles('profiles');
const pcm = devices.get('pcm-standard')!;
const isaac = devices.get('rram-isaac-32nm')!;

describe('a variant of a profile', () => {
  it('differs by the values that were changed alone, whatever the profile left out', () => {
    const changed = variantOf(pcm, { adc_bits: 6, stuck_low: 0.01, 'chain.gain_spread': 0.2 }, 'varied by a sweep');
    expect(changed.name).toBe('pcm-standard');
    expect(changed.parameters['adc_bits']).toEqual({ value: 6, unit: 'bit', source: 'varied by a sweep' });
    expect(fieldValue(changed, 'stuck_low')).toBe(0.01);
    expect(fieldValue(changed, 'chain.gain_spread')).toBe(0.2);
    const { adc_bits: _, stuck_low: __, ...others } = changed.parameters;
    const { adc_bits: ___, stuck_low: ____, ...before } = pcm.parameters;
    expect(others).toEqual(before);
    expect(fieldValue(pcm, 'adc_bits')).toBe(8);
  });

  it('with the values that it has is the profile itself, sources and bands aside', () => {
    const same = variantOf(isaac, { adc_bits: fieldValue(isaac, 'adc_bits') as number }, 'varied');
    const values = (profile: typeof isaac) =>
      Object.entries(profile.parameters).map(([name, { value }]) => [name, value]);
    expect(values(same)).toEqual(values(isaac));
  });

  it('has the fields of its kind, and those of its chain where it has one', () => {
    expect([...profileFields(pcm).keys()]).toEqual(
      expect.arrayContaining(['adc_bits', 'tile_rows', 'chain.gain_spread']),
    );
    expect([...profileFields(isaac).keys()].some((field) => field.startsWith('chain.'))).toBe(false);
  });

  it.each([
    [pcm, { adc_bits: 40 }, /^parameters\.adc_bits: Too big/],
    [pcm, { weight_scheme: 'ternary' }, /^parameters\.weight_scheme: Invalid option/],
    [isaac, { cell_bits: 16 }, /^parameters\.cell_bits: /],
    [pcm, { tile_columns: 192 }, /tile_columns must divide 256/],
  ])('of %s with %j is refused', (profile, values, reason) => {
    expect(() => variantOf(profile, values, 'varied')).toThrow(
      expect.objectContaining({ code: 'invalid_profile', message: expect.stringMatching(reason) }),
    );
  });
});
