import { loadProfiles } from '@ohmlight/devices';
import { describe, expect, it } from 'vitest';
import { parseVary, pointName, pointsOf, resolveAxes, resolveField } from './axis.js';

const { devices } = loadProfiles('profiles');
const pcm = devices.get('pcm-standard')!;

describe('--vary', () => {
  it.each([
    ['adc_bits=4..7', [4, 5, 6, 7]],
    ['tile_rows=64,128,256', [64, 128, 256]],
    ['read_noise=1e-6..1e-4*10', [1e-6, 1e-5, 1e-4]],
    ['x=0..0.3+0.1', [0, 0.1, 0.2, 0.3]],
    ['x=1,4..5,1', [1, 4, 5]],
    ['x=-2..-1', [-2, -1]],
    ['weight_scheme=differential,offset', ['differential', 'offset']],
    ['x=.5', [0.5]],
  ])('reads %s', (text, values) => {
    expect(parseVary(text)).toEqual([{ field: text.split('=')[0], values }]);
  });

  it('adds up', () => {
    expect(parseVary('b=1', parseVary('a=1'))).toHaveLength(2);
    expect(() => parseVary('a=2', parseVary('a=1'))).toThrow(/varied already/);
  });

  it.each([
    ['adc_bits', /write field=values/],
    ['=4', /write field=values/],
    ['x=', /a value is empty/],
    ['x=1,,2', /a value is empty/],
    ['x=4..', /is no range/],
    ['x=7..4', /ends before it begins/],
    ['x=0.5..1', /add a step/],
    ['x=1..8*1', /has no end/],
    ['x=0..8*2', /has no end/],
    ['x=1..8+0', /has no end/],
    ['x=1..100000', /at most 1000/],
  ])('refuses %s', (text, reason) => {
    expect(() => parseVary(text)).toThrow(reason);
  });
});

describe('a field', () => {
  it.each([
    ['adc_bits', 'adc_bits'],
    ['adc.bits', 'adc_bits'],
    ['array.rows', 'tile_rows'],
    ['array.columns', 'tile_columns'],
    ['chain.gain_spread', 'chain.gain_spread'],
    ['chain.gain.spread', 'chain.gain_spread'],
  ])('%s is %s', (written, field) => {
    expect(resolveField(pcm, written)).toBe(field);
  });

  it('that a profile does not have is refused with those that it has', () => {
    expect(() => resolveField(pcm, 'adc.bit')).toThrow(
      /no field "adc.bit"; near it are ([a-z_]+, )*adc_bits.*; its fields are .*tile_rows.*adc_bits/,
    );
    expect(() => resolveField(pcm, 'voltages')).toThrow(/near it are .*read_voltage/);
    expect(() => resolveField(pcm, 'colour')).toThrow(/no field "colour"; its fields are/);
    expect(() => resolveField(devices.get('homodyne-basic')!, 'chain.gain_spread')).toThrow(/no field/);
  });

  it('that is a list is refused, and not offered', () => {
    expect(() => resolveAxes(pcm, parseVary('read_coefficients=1'))).toThrow(/read_coefficients is a list/);
    for (const profile of devices.values()) {
      const lists = Object.entries(profile.parameters).filter(([, { value }]) => Array.isArray(value));
      let offered = '';
      try {
        resolveField(profile, 'nothing');
      } catch (error) {
        offered = (error as Error).message;
      }
      expect(offered).toContain('has no field "nothing"');
      for (const [name] of lists) expect(` ${offered},`).not.toContain(` ${name},`);
    }
  });

  it('takes values in its range', () => {
    const axes = resolveAxes(pcm, parseVary('array.rows=64', parseVary('adc.bits=4..5')));
    expect(axes.map(({ field }) => field)).toEqual(['adc_bits', 'tile_rows']);
    expect(() => resolveAxes(pcm, parseVary('adc_bits=4..40'))).toThrow(
      /--vary adc_bits: \d+ is out of range: .*in bit/,
    );
    expect(() => resolveAxes(pcm, parseVary('tile_rows=many'))).toThrow(/many is no value of it: .*"Inputs of a tile"/);
    expect(() => resolveAxes(pcm, parseVary('weight_scheme=ternary'))).toThrow(/Invalid option/);
    expect(() => resolveAxes(pcm, parseVary('adc.bits=4', parseVary('adc_bits=5')))).toThrow(/varied twice/);
  });
});

it('points are every combination, the last field fastest', () => {
  const points = pointsOf(parseVary('b=x,y', parseVary('a=1..2')));
  expect(points.map(pointName)).toEqual(['a=1 b=x', 'a=1 b=y', 'a=2 b=x', 'a=2 b=y']);
});
