import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OPERATIONS } from '@ohmlight/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadProfiles } from './load-profiles.js';

const shipped = join(import.meta.dirname, '../../../../profiles');

describe('the shipped profiles', () => {
  const { devices, placements, digitalUnit } = loadProfiles(shipped);

  it('hold the basic device of each pool and a placement that mixes them', () => {
    expect([...devices.values()].map(({ name, pool, kind }) => [name, pool, kind])).toEqual([
      ['crossbar-basic', 'electronic', 'crossbar'],
      ['digital-fp32', 'digital', 'digital-fp32'],
      ['homodyne-basic', 'optical', 'homodyne'],
    ]);
    expect(digitalUnit.name).toBe('digital-unit');
    expect(placements.get('hybrid')).toMatchObject({
      file: 'placements/hybrid.yaml',
      rules: { qkv: 'crossbar-basic', down: 'crossbar-basic', lm_head: 'digital-fp32' },
    });
  });

  it('make a placement of every device', () => {
    for (const name of devices.keys()) {
      const { rules, file } = placements.get(name)!;
      expect(rules).toEqual(Object.fromEntries(OPERATIONS.map((operation) => [operation, name])));
      expect(file).toBeUndefined();
    }
  });
});

describe('a profile directory at fault', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'ohmlight-profiles-'));
    cpSync(shipped, directory, { recursive: true });
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  /** Replaces the first match in a file. */
  const edit = (file: string, from: string | RegExp, to: string): void => {
    const path = join(directory, file);
    const before = readFileSync(path, 'utf8');
    const after = before.replace(from, to);
    expect(after).not.toBe(before);
    writeFileSync(path, after);
  };
  const crossbar = 'devices/crossbar-basic.yaml';

  it.each([
    [
      'an unknown parameter',
      crossbar,
      'parameters:',
      'parameters:\n  g_mux: { value: 1, unit: S, source: assumption }',
      'parameters.g_mux: unknown field',
    ],
    ['a missing parameter', crossbar, '  g_max:', '  g_mux:', 'parameters.g_max: '],
    ['a value without unit', crossbar, /^ +unit: S\n/m, '', 'parameters.g_min.unit: the unit must be "S"'],
    ['a value in another unit', crossbar, /unit: S\n/, 'unit: uS\n', 'parameters.g_min.unit: the unit must be "S"'],
    ['a value without source', crossbar, /^ +source: .*g_min.*\n/m, '', 'parameters.g_min.source: '],
    ['an empty source', crossbar, /source: .*g_min.*\n/, "source: ' '\n", 'parameters.g_min.source: name a paper'],
    ['a value of the wrong type', crossbar, 'value: 9e-6', 'value: nine', 'parameters.g_min.value: '],
    ['a value out of range', crossbar, 'value: 9e-6', 'value: -1', 'parameters.g_min.value: '],
    ['a value that is not finite', crossbar, 'value: 9e-6', 'value: .inf', 'parameters.g_min.value: '],
    [
      'values that exclude each other',
      crossbar,
      'value: 9e-6',
      'value: 1',
      'parameters.g_min.value: g_min must be less',
    ],
    ['a fraction of a bit', crossbar, /(input_bits:\n +value: )8/, '$18.5', 'parameters.input_bits.value: '],
    ['an unknown kind', crossbar, 'kind: crossbar', 'kind: abacus', 'kind: '],
    ['another pool', crossbar, 'pool: electronic', 'pool: optical', 'pool: '],
    ['another name', crossbar, 'name: crossbar-basic', 'name: other', 'name: "other" differs from the file\'s name'],
    ['a name that no model may have', crossbar, 'name: crossbar-basic', 'name: A@b', 'name: use lower-case'],
    ['broken YAML', crossbar, 'parameters:', 'parameters: [', 'not YAML'],
    ['a repeated key', crossbar, 'parameters:', 'parameters: {}\nparameters:', 'not YAML'],
    ['a digital unit without source', 'digital-unit.yaml', /^ +source: .*\n/m, '', 'parameters.peak_rate.source: '],
    ['an unknown operation', 'placements/hybrid.yaml', 'lm_head:', 'lm_foot:', 'rules'],
    ['a placement without default', 'placements/hybrid.yaml', /default: .*\n/, '', 'default: '],
  ])('is refused for %s, naming file and field', (_, file, from, to, message) => {
    edit(file, from, to);
    expect(() => loadProfiles(directory)).toThrow(expect.objectContaining({ code: 'invalid_profile' }));
    expect(() => loadProfiles(directory)).toThrow(new RegExp(`${file}:\\d+: `));
    expect(() => loadProfiles(directory)).toThrow(message);
  });

  it('is refused for a placement that names a missing device, listing those that exist', () => {
    edit('placements/hybrid.yaml', 'lm_head: digital-fp32', 'lm_head: digital-fp64');
    expect(() => loadProfiles(directory)).toThrow(
      expect.objectContaining({
        code: 'profile_not_found',
        message:
          'placements/hybrid.yaml: rules.lm_head: no device profile "digital-fp64"; there are crossbar-basic, digital-fp32, homodyne-basic',
      }),
    );
  });

  it("is refused for a placement of a device's name", () => {
    cpSync(join(directory, 'placements/hybrid.yaml'), join(directory, 'placements/digital-fp32.yaml'));
    edit('placements/digital-fp32.yaml', 'name: hybrid', 'name: digital-fp32');
    expect(() => loadProfiles(directory)).toThrow(/is a device profile already/);
  });

  it.each(['devices', 'placements', 'digital-unit.yaml'])('is refused without %s', (path) => {
    rmSync(join(directory, path), { recursive: true });
    expect(() => loadProfiles(directory)).toThrow(/check OHMLIGHT_PROFILES/);
  });
});
