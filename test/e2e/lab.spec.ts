import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EXPERIMENTS } from '../../libs/lab/src/index.js';
import { OhmlightCommand } from '../support/command.js';

const SLOW = 120_000;

let ohmlight: OhmlightCommand;
beforeEach(() => {
  ohmlight = new OhmlightCommand();
});
afterEach(() => {
  ohmlight.remove();
});

/** Options that keep an experiment short. */
const QUICK: Readonly<Record<string, readonly string[]>> = {
  mlp: ['--epochs', '5', '--chips', '1', '--repeats', '1', '--points', '40', '--hidden', '4'],
  gilbert: ['--trials', '10', '--inputs', '16'],
  'double-slit': ['--shots', '50'],
  fourier: ['--size', '32', '--masks', '2'],
  interference: ['--products', '40', '--draws', '200'],
  photons: ['--inputs', '64', '--outputs', '8', '--rows', '4', '--photons', '0.1,10', '--readings', '200'],
  mesh: ['--modes', '8', '--draws', '2', '--points', '3'],
  drift: ['--rows', '32', '--columns', '32', '--times', '2'],
};

describe('ohmlight lab', () => {
  it.each(EXPERIMENTS.map(({ name }) => name))(
    '%s prints rows as JSON and nothing else, and writes the same picture twice',
    async (name) => {
      const run = (file: string) => ohmlight.run(['lab', name, ...(QUICK[name] ?? []), '--json', '--out', file]);
      const [first, second] = [await run('a.svg'), await run('b.svg')];
      expect(first).toMatchObject({ code: 0, stderr: '' });
      const report = JSON.parse(first.stdout) as { experiment: string; picture: string; rows: unknown[] };
      expect(report).toMatchObject({ experiment: name, picture: expect.stringMatching(/a\.svg$/) as string });
      expect(report.rows.length).toBeGreaterThan(0);
      expect(report.rows).toEqual((JSON.parse(second.stdout) as typeof report).rows);
      const picture = readFileSync(join(ohmlight.directory, 'a.svg'), 'utf8');
      expect(picture).toMatch(/^<svg /);
      expect(readFileSync(join(ohmlight.directory, 'b.svg'), 'utf8')).toBe(picture);
    },
    SLOW,
  );

  it(
    'prints tables and where the picture is, without --json',
    async () => {
      const { code, stdout } = await ohmlight.run(['lab', 'summing', '--inputs', '16,256']);
      expect(code).toBe(0);
      expect(stdout).toMatch(/^flat +16 +1 +17\.0 /m);
      expect(stdout).toMatch(/^picture: .*lab-summing\.svg$/m);
    },
    SLOW,
  );

  it.each([
    [
      ['drift', '--profile', 'nothing'],
      /lab drift: there is no profile "nothing"; this experiment takes pcm-hermes-14nm/,
    ],
    [['summing', '--inputs', '0'], /--inputs.*whole numbers from 1 to 4096/],
    [['summing', '--set', 'swing=low'], /lab summing: swing=low/],
    [['summing', '--out', 'missing/a.svg'], /cannot write .*a\.svg \(ENOENT\): give another file with --out/],
    [['photons', '--photons', '0'], /--photons.*write numbers from 0\.0001/],
    [['photons', '--profiles', 'pcm-standard'], /lab photons: profile "pcm-standard" is of another kind \(pcm\)/],
    [['interference', '--photons', '10,0'], /--photons.*write numbers from 0\.001/],
    [['double-slit', '--photons', '0'], /--photons.*write a whole number from 1/],
    [['double-slit', '--width', '1e-3'], /lab double-slit: slits of 0\.001 m at 0\.00025 m are one opening/],
    [['fourier', '--size', '100'], /--size.*write one of 32, 64, 128/],
    [['nothing'], /unknown command 'nothing'/],
  ])(
    '%j fails with one line that says what to do',
    async (args, message) => {
      const { code, stdout, stderr } = await ohmlight.run(['lab', ...args]);
      expect(code).toBe(1);
      expect(stdout).toBe('');
      expect(stderr).toMatch(message);
      expect(stderr.trim().split('\n').length).toBeLessThanOrEqual(2);
    },
    SLOW,
  );
});
