import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

// A core's own process, built before, told to start on a directory of profiles with one fault in it.

const FILE = 'devices/pcm-hermes-14nm.yaml';
let directory: string;
let shipped: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'ohmlight-faulty-'));
  cpSync('profiles', directory, { recursive: true });
  shipped = readFileSync(join(directory, FILE), 'utf8');
});
afterAll(() => rmSync(directory, { recursive: true }));

/** Boots the core with the profile as `edit` leaves it, and returns how it ended. */
function boot(edit: (yaml: string) => string): { status: number | null; stderr: string } {
  const faulty = edit(shipped);
  expect(faulty).not.toBe(shipped);
  writeFileSync(join(directory, FILE), faulty);
  const { status, stderr } = spawnSync(process.execPath, ['services/analog-crossbar/dist/main.js'], {
    // Nothing listens there: a core that came as far as its registry would say so instead.
    env: { PATH: process.env['PATH'] ?? '', OHMLIGHT_PROFILES: directory, OHMLIGHT_REDIS_URL: 'redis://127.0.0.1:9' },
    encoding: 'utf8',
    timeout: 25_000,
  });
  return { status, stderr };
}

/** Line of a parameter's field, counted from 1; of the parameter itself without one. */
function lineOf(yaml: string, parameter: string, field?: string): number {
  const lines = yaml.split('\n');
  const at = lines.findIndex((line) => line.startsWith(`  ${parameter}:`));
  if (!field) return at + 1;
  return lines.findIndex((line, i) => i >= at && line.includes(`${field}:`)) + 1;
}

/** The text of one parameter, changed. */
const inside =
  (parameter: string, from: RegExp, to: string) =>
  (yaml: string): string =>
    yaml.replace(new RegExp(`(^  ${parameter}:(?:.*\n)(?:   .*\n)*)`, 'm'), (entry) => entry.replace(from, to));

describe('a core does not start on a profile with', () => {
  it.each([
    ['a value without unit', 'g_max', undefined, /^ +unit: S\n|unit: S, /m, '', 'unit', 'the unit must be "S"'],
    ['a value in another unit', 'g_max', 'unit', /unit: S/, 'unit: uS', 'unit', 'the unit must be "S"'],
    ['a value without source', 'g_max', undefined, /^ +source: .*\n|, source: '[^']*'/m, '', 'source', ''],
    ['a negative conductance', 'g_max', 'value', /value: [^,\n]+/, 'value: -2.07e-05', 'value', ''],
    ['an ADC of 40 bits', 'adc_bits', 'value', /value: [^,\n]+/, 'value: 40', 'value', '14'],
    ['a tile of 0', 'tile_rows', 'value', /value: [^,\n]+/, 'value: 0', 'value', '16'],
    ['a value that is no number', 'g_max', 'value', /value: [^,\n]+/, 'value: .nan', 'value', 'NaN'],
  ])('%s: file, line, field and reason in one line', (_, parameter, at, from, to, field, reason) => {
    const edit = inside(parameter, from, to);
    const { status, stderr } = boot(edit);
    expect(status).toBe(1);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    const line = lineOf(edit(shipped), parameter, at);
    expect(stderr).toContain(`analog-crossbar: ${FILE}:${line}: parameters.${parameter}.${field}: `);
    expect(stderr).toContain(reason);
  });

  it('an unknown field', () => {
    const edit = (yaml: string): string => yaml.replace('\nparameters:\n', '\ncolour: blue\nparameters:\n');
    const { status, stderr } = boot(edit);
    expect(status).toBe(1);
    const line = edit(shipped).split('\n').indexOf('colour: blue') + 1;
    expect(stderr.trim()).toBe(`analog-crossbar: ${FILE}:${line}: colour: unknown field`);
  });

  it('an unknown parameter', () => {
    const edit = (yaml: string): string =>
      yaml.replace('\nparameters:\n', '\nparameters:\n  g_mux: { value: 1, unit: S, source: assumption }\n');
    const { status, stderr } = boot(edit);
    expect(status).toBe(1);
    expect(stderr.trim()).toBe(
      `analog-crossbar: ${FILE}:${lineOf(edit(shipped), 'g_mux')}: parameters.g_mux: unknown field`,
    );
  });
});
