import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ChatAnswer, chatBody, post } from '../support/chat.js';
import { OhmlightCommand } from '../support/command.js';
import { startStack, type Stack } from '../support/stack.js';
import { until } from '../support/until.js';

const PROFILE = 'pcm-standard';
const MODEL = `nano@${PROFILE}`;
const SLOW = 120_000;

interface TimedAnswer extends ChatAnswer {
  readonly ohmlight: ChatAnswer['ohmlight'] & {
    readonly device_time_s: number | null;
    readonly calibrated_at_s: number | null;
  };
}
interface ClockRow {
  readonly profile: string;
  readonly device_time_s: number;
  readonly calibrated_at_s: number | null;
  readonly recalibration?: { measurements: number; shards: number; seconds: number; joules: number };
}

let stack: Stack;
let ohmlight: OhmlightCommand;
beforeAll(async () => {
  stack = await startStack({ placements: ['digital-fp32', PROFILE] });
  ohmlight = new OhmlightCommand();
}, SLOW);
afterAll(async () => {
  ohmlight.remove();
  await stack.stop();
});

async function ask(ohmlightField?: object, seed = 3): Promise<{ text: string; times: (number | null)[] }> {
  const body = { ...chatBody(MODEL, seed, 12), ...(ohmlightField && { ohmlight: ohmlightField }) };
  const answer = await post(stack.url, '/v1/chat/completions', body);
  expect([answer.status, answer.body]).toEqual([200, answer.body]);
  const { choices, ohmlight } = answer.body as TimedAnswer;
  return { text: choices[0]!.message.content, times: [ohmlight.device_time_s, ohmlight.calibrated_at_s] };
}

async function command(...args: string[]): Promise<ClockRow[]> {
  const { code, stdout, stderr } = await ohmlight.run([...args, '--json'], { OHMLIGHT_URL: stack.url });
  expect([code, stderr]).toEqual([0, '']);
  return (JSON.parse(stdout) as { rows: ClockRow[] }).rows;
}

/** Sum of a counter over the series whose labels hold `part`. */
async function counted(name: string, part: string): Promise<number> {
  const text = await (await fetch(`${stack.url}/metrics`)).text();
  return text
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) && line.includes(part) && line.includes(PROFILE))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}

describe('device time through a live installation', () => {
  it('two device times at once give each request what it gets alone', { timeout: SLOW }, async () => {
    const year = { device_time_s: 31_536_000, calibrated_at_s: 1 };
    const alone = [await ask({ device_time_s: 1 }), await ask(year)];
    expect(alone.map(({ times }) => times)).toEqual([
      [1, 1],
      [31_536_000, 1],
    ]);
    expect(alone[0]!.text).not.toBe(alone[1]!.text);
    const together = await Promise.all([1, 2, 3].flatMap(() => [ask({ device_time_s: 1 }), ask(year)]));
    expect(together).toEqual([alone[0], alone[1], alone[0], alone[1], alone[0], alone[1]]);
  });

  it('refuses a device time before programming', async () => {
    const body = { ...chatBody(MODEL, 1), ohmlight: { device_time_s: -1 } };
    expect(await post(stack.url, '/v1/chat/completions', body)).toMatchObject({
      status: 400,
      body: { error: { type: 'invalid_request_error', code: 'invalid_value', param: 'ohmlight.device_time_s' } },
    });
  });

  it('the clock moves what requests read; recalibration measures drift, and is booked', { timeout: SLOW }, async () => {
    const shards = await counted('ohmlight_recalibrations_total', 'cause="request"');
    expect(await command('clock', '--profile', PROFILE, '--set', '3600')).toMatchObject([{ device_time_s: 3600 }]);
    const fresh = await ask();
    expect(fresh).toEqual({ ...(await ask({ device_time_s: 3600 })), times: [3600, 3600] });

    const [measured] = await command('recalibrate', '--profile', PROFILE);
    const { recalibration } = measured!;
    // nano has 4 layers of four matrices and lm_head; each shard is measured where it is held.
    expect(recalibration!.shards).toBeGreaterThanOrEqual(17);
    expect(recalibration!.seconds).toBeGreaterThan(0);
    expect(recalibration!.joules).toBeGreaterThan(0);
    expect(await counted('ohmlight_recalibrations_total', 'cause="request"')).toBe(shards + recalibration!.shards);
    const program = await counted('ohmlight_modelled_energy_joules_total', 'component="program"');
    expect(program).toBeGreaterThanOrEqual(recalibration!.joules);

    await command('clock', '--profile', PROFILE, '--advance', '2588400');
    const drifted = await ask();
    expect(drifted).toEqual(await ask({ device_time_s: 2_592_000, calibrated_at_s: 3600 }));
    expect(drifted.text).not.toBe(fresh.text);
    await command('recalibrate', '--profile', PROFILE);
    expect(await ask()).toEqual(await ask({ device_time_s: 2_592_000 }));
  });

  it('the clock outlives the gateway', { timeout: SLOW }, async () => {
    await command('clock', '--profile', PROFILE, '--set', '777');
    const pid = stack.pid('gateway');
    process.kill(pid, 'SIGKILL');
    await until(
      async () => stack.pid('gateway') !== pid && (await fetch(`${stack.url}/health`).catch(() => null))?.ok === true,
      'the gateway to return',
      60_000,
    );
    expect((await ask()).times).toEqual([777, 777]);
  });

  it('the commands say what cannot be, in one line', { timeout: SLOW }, async () => {
    const env = { OHMLIGHT_URL: stack.url };
    expect(await ohmlight.run(['recalibrate', '--profile', 'digital-fp32'], env)).toMatchObject({
      code: 1,
      stderr: 'ohmlight: invalid_value: device profile digital-fp32 does not drift; there is nothing to recalibrate\n',
    });
    const gone = await ohmlight.run(['clock'], { OHMLIGHT_URL: 'http://127.0.0.1:1' });
    expect([gone.code, gone.stderr]).toEqual([
      1,
      expect.stringMatching(/^ohmlight: the gateway at .* does not answer/),
    ]);
    expect((await ohmlight.run(['clock', '--set', '-1'], env)).code).toBe(1);
  });
});
