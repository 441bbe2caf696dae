import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OhmlightCommand, type Outcome } from '../support/command.js';
import { until } from '../support/until.js';

const SLOW = 300_000;

const command = new OhmlightCommand();
const text = join(command.directory, 'text.txt');
writeFileSync(text, 'Once there was a fox.\n');
afterAll(() => command.remove());

const filesOf = (cache: string): string[] => {
  try {
    return readdirSync(join(cache, 'ohmlight', 'compare')).filter((file) => file.endsWith('.json'));
  } catch {
    return [];
  }
};
const sweep = (args: readonly string[], cache = join(command.directory, 'cache')): Promise<Outcome> =>
  command.run(['sweep', '--text', text, ...args], { XDG_CACHE_HOME: cache });

interface Row {
  readonly point: Readonly<Record<string, number | string>>;
  readonly outcome: string;
  readonly reason: string | null;
  readonly front: boolean;
  readonly kl_nats?: number;
  readonly joules_per_token?: number;
}
const rowsOf = ({ code, stdout, stderr }: Outcome): Row[] => {
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return (JSON.parse(stdout) as { rows: Row[] }).rows;
};

describe('ohmlight sweep', () => {
  const csv = join(command.directory, 'points.csv');
  const html = join(command.directory, 'points.html');
  const vary = ['--profile', 'crossbar-basic', '--vary', 'adc.bits=4,8', '--vary', 'g_min=9e-6,1'];
  let rows: Row[];
  beforeAll(async () => {
    rows = rowsOf(await sweep([...vary, '--json', '--csv', csv, '--html', html]));
  }, SLOW);

  it('has a row for every combination, those that cannot be with the reason', () => {
    expect(rows.map(({ point }) => point)).toEqual([
      { adc_bits: 4, g_min: 9e-6 },
      { adc_bits: 4, g_min: 1 },
      { adc_bits: 8, g_min: 9e-6 },
      { adc_bits: 8, g_min: 1 },
    ]);
    expect(rows.map(({ outcome }) => outcome)).toEqual(['done', 'invalid', 'done', 'invalid']);
    expect(rows[1]!.reason).toMatch(/g_min must be less/);
    expect(rows[0]!.kl_nats!).toBeGreaterThan(rows[2]!.kl_nats!);
    expect(rows[0]!.joules_per_token!).toBeLessThan(rows[2]!.joules_per_token!);
    expect(rows.map(({ front }) => front)).toEqual([true, false, true, false]);
  });

  it('writes them as CSV and as a page that stands alone', () => {
    const [head, ...lines] = readFileSync(csv, 'utf8').trimEnd().split('\n');
    expect(head).toMatch(/^adc_bits,g_min,outcome,reason,front,tokens,perplexity,kl_nats,/);
    expect(lines).toHaveLength(4);
    expect(lines[0]).toMatch(new RegExp(`^4,0.000009,done,,true,\\d+,[^,]+,${rows[0]!.kl_nats},`));
    const page = readFileSync(html, 'utf8');
    expect(page.match(/<figure>/g)).toHaveLength(1);
    expect(page).not.toMatch(/<script|src=|NaN|Infinity|undefined/);
  });

  it('loses no finished point when it is killed, and goes on with the others', { timeout: SLOW }, async () => {
    const cache = join(command.directory, 'killed');
    const partial = join(command.directory, 'killed.csv');
    const args = ['--profile', 'crossbar-basic', '--vary', 'adc_bits=6..8', '--workers', '1', '--csv', partial];
    const running = command.start(['sweep', '--text', text, ...args, '--no-html'], { XDG_CACHE_HOME: cache });
    const finished = (): string[] => {
      try {
        return readFileSync(partial, 'utf8').trimEnd().split('\n').slice(1);
      } catch {
        return [];
      }
    };
    await until(() => finished().length > 0, 'a finished point', SLOW);
    running.signal('SIGKILL');
    await running.exited;
    const before = finished();
    const kept = filesOf(cache);
    expect(before.length).toBeLessThan(3);
    expect(kept.length).toBeGreaterThanOrEqual(before.length);
    const again = rowsOf(await sweep([...args, '--json', '--no-html'], cache));
    expect(again.map(({ point }) => point['adc_bits'])).toEqual([6, 7, 8]);
    // What was kept is what was read: no point was run twice.
    expect(filesOf(cache)).toHaveLength(3);
    expect(filesOf(cache)).toEqual(expect.arrayContaining(kept));
    const cells = (line: string): string =>
      line
        .split(',')
        .filter((_, i) => i !== 3)
        .join(',');
    for (const line of before) expect(finished().map(cells)).toContain(cells(line));
  });

  const empty = join(command.directory, 'empty.txt');
  writeFileSync(empty, ' \n');
  it.each([
    [['--profile', 'crossbar-basic', '--vary', 'adc.bit=4'], /no field "adc.bit"; near it are .*adc_bits/],
    [['--profile', 'abacus', '--vary', 'adc_bits=4'], /no device profile "abacus"; there are .*crossbar-basic/],
    [['--profile', 'crossbar-basic', '--vary', 'g_min=1'], /no point of the sweep is valid: .*g_min must be less/],
    [
      ['--profile', 'crossbar-basic', '--vary', 'adc_bits=4', '--placement', 'fused-pcm'],
      /does not name crossbar-basic/,
    ],
    [['--profile', 'crossbar-basic', '--vary', 'adc_bits=4', '--text', empty], /holds no text; write one document/],
  ])('refuses %j in one line that names the remedy', { timeout: SLOW }, async (args, reason) => {
    const { code, stdout, stderr } = await sweep([...args, '--no-csv', '--no-html']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.trim().split('\n')[0]).toMatch(reason);
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});
