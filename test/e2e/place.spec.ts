import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { profileFor } from '@ohmlight/contracts';
import { loadProfiles } from '@ohmlight/devices';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../cli/src/supervisor/port.js';
import { chat } from '../support/chat.js';
import { OhmlightCommand, type Outcome } from '../support/command.js';
import { startService } from '../support/service.js';
import { CHECKPOINT } from '../support/stack.js';
import { until } from '../support/until.js';

const SLOW = 300_000;
const BUDGET = 0.002;

const command = new OhmlightCommand();
const profiles = join(command.directory, 'profiles');
cpSync('profiles', profiles, { recursive: true });
const text = join(command.directory, 'text.txt');
writeFileSync(text, 'Once there was a fox.\nA bee sang.\n');
afterAll(() => command.remove());

const place = (args: readonly string[]): Promise<Outcome> =>
  command.run(['place', '--text', text, '--documents', '1', '--check-chips', '1', ...args], {
    XDG_CACHE_HOME: join(command.directory, 'cache'),
    OHMLIGHT_PROFILES: profiles,
  });

interface Result {
  readonly placement: string;
  readonly file: string;
  readonly rows: readonly {
    readonly placement: string;
    readonly found: boolean;
    readonly within_budget: boolean;
    readonly kl_nats: number;
    readonly joules_per_token: number;
  }[];
  readonly matrices: readonly { readonly layer: number; readonly operation: 'qkv'; readonly profile: string }[];
  readonly checks: readonly { readonly chip_seed: string; readonly documents: number; readonly kl_nats: number }[];
}

describe('ohmlight place', () => {
  const args = ['--budget', `kl=${BUDGET}`, '--candidates', 'crossbar-basic,digital-fp32', '--name', 'mine', '--json'];
  let result: Result;
  beforeAll(async () => {
    const { code, stdout, stderr } = await place(args);
    if (code !== 0) throw new Error(`exit code ${code}: ${stderr}`);
    result = JSON.parse(stdout) as Result;
  }, SLOW);

  it('finds a mixture within the budget that costs less than the one and errs less than the other', () => {
    const [mine, analog, digital] = ['mine', 'crossbar-basic', 'digital-fp32'].map((name) =>
      result.rows.find(({ placement }) => placement === name)!,
    );
    expect([mine!.found, analog!.found, digital!.found]).toEqual([true, false, false]);
    expect(mine!.kl_nats).toBeLessThanOrEqual(BUDGET);
    expect(mine!.kl_nats).toBeLessThan(analog!.kl_nats);
    expect(mine!.joules_per_token).toBeLessThan(digital!.joules_per_token);
    expect(analog!.within_budget).toBe(false);
    expect(new Set(result.matrices.map(({ profile }) => profile)).size).toBe(2);
  });

  it('checks it on another chip and on a document that it did not read', () => {
    expect(result.checks).toEqual([expect.objectContaining({ chip_seed: '2', documents: 1 })]);
    expect(result.checks[0]!.kl_nats).toBeGreaterThan(0);
  });

  it('writes a file that says what was found', () => {
    expect(result.file).toBe(join(profiles, 'placements', 'mine.yaml'));
    expect(readFileSync(result.file, 'utf8')).toMatch(/^# Found by `npx ohmlight place`/);
    const { rules } = loadProfiles(profiles).placements.get('mine')!;
    for (const { layer, operation, profile } of result.matrices)
      expect(profileFor(rules, layer, operation)).toBe(profile);
  });

  it('which a gateway serves', { timeout: SLOW }, async () => {
    const port = await freePort();
    const gateway = startService('gateway', {
      OHMLIGHT_PORT: String(port),
      OHMLIGHT_MATMUL: 'in-process',
      OHMLIGHT_CHECKPOINTS: `nano=${CHECKPOINT}`,
      OHMLIGHT_PROFILES: profiles,
    });
    const url = `http://127.0.0.1:${port}`;
    try {
      await until(
        () =>
          fetch(`${url}/health`).then(
            ({ ok }) => ok,
            () => false,
          ),
        'the gateway',
        SLOW,
      );
      const answer = await chat(url, 'nano@mine', 11, 2);
      expect(answer.ohmlight.placement).toBe('mine');
      expect(answer.usage.completion_tokens).toBe(2);
    } finally {
      await gateway.stop();
    }
  });

  it('says the same again, from what is kept', { timeout: SLOW }, async () => {
    const kept = readdirSync(join(command.directory, 'cache', 'ohmlight', 'compare'));
    const { stdout } = await place(args);
    expect(JSON.parse(stdout)).toEqual(result);
    expect(readdirSync(join(command.directory, 'cache', 'ohmlight', 'compare'))).toEqual(kept);
  });

  it.each([
    [
      ['--budget', 'kl=1e-7', '--candidates', 'crossbar-basic', '--name', 'tight'],
      /no placement of crossbar-basic keeps KL within 1e-7 nats: .*raise --budget or name a more accurate device with --candidates/,
    ],
    [['--budget', 'kl=1', '--name', 'hybrid'], /not written by this command; name another with --name, or add --force/],
    [['--budget', '0.1'], /write kl= and nats/],
  ])('refuses %j in one line that names the remedy', { timeout: SLOW }, async (more, reason) => {
    const { code, stdout, stderr } = await place(more);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.trim().split('\n')[0]).toMatch(reason);
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});
