import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadProfiles } from '@ohmlight/devices';
import { Checkpoint } from '@ohmlight/transformer';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { calibrationFile, writeCalibration } from '../../../../test/support/write-calibration.js';
import { type TestCheckpoint, writeCheckpoint } from '../../../../test/support/write-checkpoint.js';
import type { CalibrationFile } from './calibration-file.js';
import { calibrationsDirectory, loadCalibrations } from './load-calibrations.js';

const { devices } = loadProfiles(join(import.meta.dirname, '../../../../profiles'));
const profile = devices.get('crossbar-basic')!;

describe('loadCalibrations', () => {
  let files: TestCheckpoint;
  let checkpoint: Checkpoint;
  let directory: string;
  let file: CalibrationFile;
  const stale: string[] = [];
  const load = () => loadCalibrations(directory, [checkpoint], devices, ({ reason }) => stale.push(reason));
  const find = async () => (await load()).find({ checkpoint: 'test', layer: 0, operation: 'gate_up' }, profile.name);

  beforeAll(async () => {
    files = await writeCheckpoint();
    checkpoint = await Checkpoint.open('test', files.directory);
  });
  afterAll(async () => {
    await checkpoint.close();
    await files.remove();
  });
  beforeEach(async () => {
    stale.length = 0;
    directory = mkdtempSync(join(tmpdir(), 'ohmlight-calibrations-'));
    file = await calibrationFile(checkpoint, profile);
    return () => rmSync(directory, { recursive: true });
  });

  it('finds what a file says, in the units of devices', async () => {
    writeCalibration(directory, file);
    const found = (await find())!;
    expect(found.inputRange).toBe(1.75);
    expect([...found.channelScale!].slice(0, 5)).toEqual([0.25, 0.5, 1, 2, 4]);
    expect([...found.adcBound!].slice(0, 3)).toEqual([2, Math.fround(2 ** 1.5), 4]);
    expect(found.digest).toMatch(/^[0-9a-f]{16}$/);
    expect(stale).toEqual([]);
    expect((await load()).pairs).toEqual([{ checkpoint: 'test', profile: 'crossbar-basic' }]);
    expect((await load()).find({ checkpoint: 'test', layer: 0, operation: 'down' }, profile.name)).toBeUndefined();
  });

  it('names equal contents alike and others otherwise', async () => {
    writeCalibration(directory, file);
    const { digest } = (await find())!;
    writeCalibration(directory, { ...file, provenance: { ...file.provenance, command: 'another' } });
    expect((await find())!.digest).toBe(digest);
    writeCalibration(directory, { ...file, matrices: [{ ...file.matrices[0]!, input_range: 1.5 }] });
    expect((await find())!.digest).not.toBe(digest);
  });

  it.each([
    ['checkpoint', { checkpoint_fingerprint: '0'.repeat(16) }, /checkpoint test has changed/],
    ['profile', { profile_digest: '0'.repeat(16) }, /profile crossbar-basic has changed/],
  ])('leaves out a file whose %s has changed, and says so', async (_, change, reason) => {
    writeCalibration(directory, { ...file, ...change });
    expect(await find()).toBeUndefined();
    expect(stale).toEqual([expect.stringMatching(reason)]);
  });

  it('leaves out a file whose profile is not there', async () => {
    writeCalibration(directory, { ...file, profile: 'gone' });
    expect((await load()).pairs).toEqual([]);
    expect(stale).toEqual([expect.stringMatching(/no device profile/)]);
  });

  it.each([
    ['of another version', { version: 2 }, /version: this Ohmlight reads version 1/],
    ['with a field of its own', { colour: 'red' }, /colour/],
    ['without matrices', { matrices: [] }, /matrices/],
    ['with too few ADC ranges', { matrices: [{ adc_steps: 'AAAA' }] }, /adc_steps: 3 bytes for 1024 columns/],
    ['that scales after an activation', { matrices: [{ operation: 'down' }] }, /no norm precedes down/],
    ['with a range of 0', { matrices: [{ input_range: 0 }] }, /input_range/],
  ])('refuses a file %s', async (_, change, reason) => {
    const [matrix] = file.matrices;
    const matrices = (change as { matrices?: object[] }).matrices?.map((other) => ({ ...matrix, ...other }));
    writeCalibration(directory, { ...file, ...change, ...(matrices && { matrices }) } as CalibrationFile);
    await expect(load()).rejects.toMatchObject({ code: 'invalid_calibration', message: expect.stringMatching(reason) });
  });

  it('refuses what is not JSON, with the name of the file', async () => {
    const path = writeCalibration(directory, file);
    writeFileSync(path, '{');
    await expect(load()).rejects.toMatchObject({ code: 'invalid_calibration', message: expect.stringContaining(path) });
  });

  it('has none without a directory, or where it is off', async () => {
    expect((await loadCalibrations(join(directory, 'none'), [checkpoint], devices)).pairs).toEqual([]);
    expect((await loadCalibrations(undefined, [checkpoint], devices)).pairs).toEqual([]);
    expect(calibrationsDirectory({ OHMLIGHT_PROFILES: 'p', OHMLIGHT_CALIBRATIONS: 'off' })).toBeUndefined();
    expect(calibrationsDirectory({ OHMLIGHT_PROFILES: 'p' })).toBe(join('p', 'calibrations'));
    expect(calibrationsDirectory({ OHMLIGHT_PROFILES: 'p', OHMLIGHT_CALIBRATIONS: 'c' })).toBe('c');
  });
});
