import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { profileFor } from '@ohmlight/contracts';
import { loadProfiles } from '@ohmlight/devices';
import { compactRules, type PlacedMatrix } from '@ohmlight/evaluation';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { candidatesOf, DEFAULT_CANDIDATES } from './candidates.js';
import { parseAmount, parseBudget, parseName } from './options.js';
import { assertFree, placementText, writePlacement } from './placement-file.js';

const profiles = loadProfiles('profiles');

const matrices: PlacedMatrix[] = [
  { layer: 0, operation: 'qkv', profile: 'pcm-standard' },
  { layer: 0, operation: 'o', profile: 'homodyne-basic' },
  { layer: 0, operation: 'gate_up', profile: 'pcm-standard' },
  { layer: 0, operation: 'down', profile: 'digital-fp32' },
  { layer: 1, operation: 'lm_head', profile: 'digital-fp32' },
];

describe('the file of a placement', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'ohmlight-place-'));
    cpSync('profiles', directory, { recursive: true });
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it('loads as it was meant, and may be written again', async () => {
    const rules = compactRules(matrices);
    const text = placementText('mine', 'Mixed: "by hand"', rules, ['KL 0.001 nats']);
    const file = await writePlacement(directory, 'mine', text, matrices);
    expect(file).toBe(join(directory, 'placements', 'mine.yaml'));
    const placement = loadProfiles(directory).placements.get('mine')!;
    expect(placement.description).toBe('Mixed: "by hand"');
    for (const { layer, operation, profile } of matrices)
      expect(profileFor(placement.rules, layer, operation)).toBe(profile);
    expect(readFileSync(file, 'utf8')).toContain('# KL 0.001 nats\n');
    await expect(assertFree(profiles, directory, 'mine', false)).resolves.toBeUndefined();
  });

  it('is refused where it does not say what was found', async () => {
    const text = placementText('mine', 'Wrong', [{ profile: 'pcm-standard' }], []);
    await expect(writePlacement(directory, 'mine', text, matrices)).rejects.toThrow(
      /puts o of layer 0 on pcm-standard/,
    );
  });

  it('does not take the name of a device profile, nor of a placement that somebody wrote', async () => {
    await expect(assertFree(profiles, directory, 'pcm-standard', true)).rejects.toThrow(/name another with --name/);
    await expect(assertFree(profiles, directory, 'hybrid', false)).rejects.toThrow(
      /not written by this command.*--force/,
    );
    await expect(assertFree(profiles, directory, 'hybrid', true)).resolves.toBeUndefined();
    await expect(assertFree(profiles, directory, 'new', false)).resolves.toBeUndefined();
  });
});

describe('candidates', () => {
  it('are the usual ones that there are, of every pool, ideal devices aside', () => {
    const names = candidatesOf(profiles, undefined);
    expect(names).toEqual(DEFAULT_CANDIDATES.filter((name) => profiles.devices.has(name)));
    expect(new Set(names.map((name) => profiles.devices.get(name)!.pool)).size).toBe(3);
    expect(names.filter((name) => name.includes('ideal'))).toEqual([]);
  });

  it('that do not exist are refused, with those that do', () => {
    expect(candidatesOf(profiles, ['crossbar-ideal'])).toEqual(['crossbar-ideal']);
    expect(() => candidatesOf(profiles, ['pcm', 'hybrid'])).toThrow(
      /no device profile "pcm"; there are .*pcm-standard/,
    );
  });
});

describe('options of place', () => {
  it('take what fits', () => {
    expect([parseBudget('kl=0.05'), parseBudget('kl=1e-4'), parseBudget('kl=0')]).toEqual([0.05, 1e-4, 0]);
    expect(parseName('nano-mixed')).toBe('nano-mixed');
    expect(parseAmount('chips', 64)('0')).toBe(0);
  });

  it.each(['0.05', 'kl', 'kl=', 'kl=-1', 'kl=few', 'ppl=2', 'kl=1=2'])('refuse the budget %s', (text) => {
    expect(() => parseBudget(text)).toThrow(/write kl= and nats/);
  });

  it.each(['A', 'a@b', 'a--b', ''])('refuse the name %j', (text) => {
    expect(() => parseName(text)).toThrow(/lower-case/);
  });

  it('refuse an amount beyond the most', () => {
    expect(() => parseAmount('chips', 64)('65')).toThrow(/from 0 to 64/);
  });
});
