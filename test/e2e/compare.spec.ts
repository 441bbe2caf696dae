import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OhmlightCommand, type Outcome } from '../support/command.js';
import { until } from '../support/until.js';

const SLOW = 300_000;

const command = new OhmlightCommand();
const cache = join(command.directory, 'cache');
const kept = join(cache, 'ohmlight', 'compare');
const text = join(command.directory, 'text.txt');
writeFileSync(text, 'Once there was a fox who had a lantern.\nA bee sang.\\nThe river heard it.\n');
afterAll(() => command.remove());

const compare = (args: readonly string[], env: Record<string, string> = {}): Promise<Outcome> =>
  command.run(['compare', ...args], { XDG_CACHE_HOME: cache, ...env });

interface Row {
  readonly placement: string;
  readonly tokens: number;
  readonly perplexity: number;
  readonly kl_nats: number;
}
const rowsOf = ({ code, stdout, stderr }: Outcome): Row[] => {
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return (JSON.parse(stdout) as { rows: Row[] }).rows;
};

describe('ohmlight compare', () => {
  const args = ['--text', text, '--placements', 'digital-fp32,crossbar-basic', '--json'];
  let first: Outcome;
  beforeAll(async () => {
    first = await compare(args);
  }, SLOW);

  it('prints one JSON object and keeps what is finished', () => {
    const rows = rowsOf(first);
    expect(rows.map(({ placement }) => placement)).toEqual(['digital-fp32', 'crossbar-basic']);
    expect(rows[0]!.kl_nats).toBe(0);
    expect(rows[1]!.kl_nats).toBeGreaterThan(0);
    expect(rows[1]!.tokens).toBe(rows[0]!.tokens);
    expect(readdirSync(kept)).toHaveLength(2);
  });

  it('says the same again, from what is kept and without it', { timeout: SLOW }, async () => {
    expect((await compare(args)).stdout).toBe(first.stdout);
    expect((await compare([...args, '--no-cache', '--workers', '1'])).stdout).toBe(first.stdout);
    expect(readdirSync(kept)).toHaveLength(2);
  });

  it('goes on where an interrupted run was', { timeout: SLOW }, async () => {
    const placements = ['digital-fp32', 'crossbar-basic', 'homodyne-basic', 'hybrid'];
    const all = ['--text', text, '--placements', placements.join(','), '--json', '--workers', '1'];
    const own = join(command.directory, 'interrupted');
    const files = (): string[] => {
      try {
        return readdirSync(join(own, 'ohmlight', 'compare')).filter((file) => file.endsWith('.json'));
      } catch {
        return [];
      }
    };
    const running = command.start(['compare', ...all], { XDG_CACHE_HOME: own });
    await until(() => files().length > 0, 'a kept result', SLOW);
    running.signal('SIGINT');
    expect(await running.exited).toMatchObject({ code: 130, stdout: '' });
    const before = files();
    expect(before.length).toBeLessThan(placements.length);
    const rows = rowsOf(await compare(all, { XDG_CACHE_HOME: own }));
    expect(rows.map(({ placement }) => placement)).toEqual(placements);
    expect(rows[1]).toEqual(rowsOf(first)[1]);
    expect(files()).toEqual(expect.arrayContaining(before));
  });

  it('writes a page that stands alone', { timeout: SLOW }, async () => {
    const report = join(command.directory, 'report.html');
    const { code, stdout } = await compare([
      '--text',
      text,
      '--placements',
      'digital-fp32,crossbar-basic',
      '--html',
      report,
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/crossbar-basic +\d/);
    const page = readFileSync(report, 'utf8');
    // Energy, quality against energy, latency, crossings with the digital pool, errors.
    expect(page.match(/<figure>/g)).toHaveLength(5);
    expect(page).toContain('Against the digital pool');
  });

  it('compares answers to a prompt', { timeout: SLOW }, async () => {
    const prompt = ['--prompt', 'Tell me a story', '--max-tokens', '3', '--placements', 'digital-fp32,crossbar-basic'];
    const { code, stdout } = await compare([...prompt, '--json']);
    expect(code).toBe(0);
    const { rows } = JSON.parse(stdout) as { rows: Record<string, unknown>[] };
    expect(rows).toEqual([
      expect.objectContaining({ placement: 'digital-fp32', same_text: true, agreement: 1, kl_nats: 0, tokens: 3 }),
      expect.objectContaining({ placement: 'crossbar-basic', joules_per_token: expect.any(Number) }),
    ]);
  });

  const empty = join(command.directory, 'empty.txt');
  writeFileSync(empty, '\n  \n');
  const binary = join(command.directory, 'binary');
  writeFileSync(binary, Buffer.of(0xff, 0xfe, 0x80));
  it.each([
    [['--text', empty], /empty\.txt holds no text; write one document a line/],
    [['--text', binary], /is not UTF-8 text; name a text file with --text/],
    [['--text', join(command.directory, 'none')], /cannot be read \(ENOENT\); name a text file/],
    [['--text', command.directory], /cannot be read \(EISDIR\)/],
    [['--placements', 'abacus'], /no placement "abacus"; there are .*crossbar-basic/],
    [['--checkpoint', 'x=/nonexistent'], /\/nonexistent is no directory/],
    [['--served', 'http://127.0.0.1:1'], /add --prompt/],
    [['--prompt', 'x', '--served', 'http://127.0.0.1:1'], /does not answer; start it with/],
    [['--prompt', 'x', '--html', 'y'], /leave out --prompt/],
    [['--documents', 'many'], /write a number of documents/],
    [
      ['--html', '/nowhere/report.html'],
      /report\.html cannot be written \(ENOENT\); name a file in a directory that exists/,
    ],
    [['--html', command.directory], /cannot be written \(EISDIR\)/],
    [['--markdown', empty], /empty\.txt lacks the markers/],
    [['--markdown', join(command.directory, 'none.md')], /none\.md cannot be written \(ENOENT\)/],
  ])('refuses %j in one line that names the remedy', { timeout: SLOW }, async (args, reason) => {
    const { code, stdout, stderr } = await compare(args);
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr.trim().split('\n')[0]).toMatch(reason);
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});
