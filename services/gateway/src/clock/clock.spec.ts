import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from '../../testing/start.js';
import type { OhmlightReport } from '../openai/ohmlight-report.js';

let t: TestGateway;
beforeAll(async () => {
  t = await startTestGateway();
});
afterAll(() => t.stop());

const PROFILE = 'pcm-standard';
const READ_TIME = 86_400;

interface Answer {
  readonly status: number;
  readonly body: {
    readonly error?: { readonly code: string; readonly message: string; readonly param: string | null };
    readonly recalibration?: object;
    readonly data?: readonly { readonly profile: string; readonly set: boolean }[];
  };
}

async function call(method: string, path: string, body?: object): Promise<Answer> {
  const response = await fetch(`${t.url}/v1/clocks${path}`, {
    method,
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Answer['body'] };
}

async function report(more: object = {}, model = `tiny@${PROFILE}`): Promise<OhmlightReport> {
  const response = await t.post('/v1/completions', { model, prompt: 'Hi', max_tokens: 2, seed: 1, ...more });
  expect(response.status).toBe(200);
  return ((await response.json()) as { ohmlight: OhmlightReport }).ohmlight;
}

/** A counter's series, by their labels. */
async function counter(name: string): Promise<Record<string, number>> {
  const text = await (await fetch(`${t.url}/metrics`)).text();
  return Object.fromEntries(
    text
      .split('\n')
      .filter((line) => line.startsWith(`${name}{`))
      .map((line) => [line.slice(name.length, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  );
}

beforeEach(async () => {
  await call('DELETE', `/${PROFILE}`);
  t.matmuls.recalibrations.length = 0;
});

describe('a request', () => {
  it("is pinned to the profile's read time, to the clock where it is set, or to what it states", async () => {
    expect(await report()).toMatchObject({ device_time_s: READ_TIME, calibrated_at_s: READ_TIME });
    await call('PUT', `/${PROFILE}`, { device_time_s: 3600 });
    expect(await report()).toMatchObject({
      device_time_s: 3600,
      calibrated_at_s: 3600,
      device_times: { [PROFILE]: { device_time_s: 3600, calibrated_at_s: 3600 } },
    });
    expect(await report({ ohmlight: { device_time_s: 7 } })).toMatchObject({ device_time_s: 7, calibrated_at_s: 7 });
    expect(await report({ ohmlight: { device_time_s: 7, calibrated_at_s: 0 } })).toMatchObject({
      device_time_s: 7,
      calibrated_at_s: 0,
    });
    expect(await report({}, 'tiny')).toMatchObject({ device_time_s: null, calibrated_at_s: null, device_times: {} });
  });

  it('keeps the time at which it was admitted', async () => {
    const times = new Set<number | undefined>();
    let moved: Promise<unknown> | undefined;
    t.matmuls.gate.before = async ({ conditions }) => {
      times.add(conditions?.deviceTime);
      moved ??= call('PUT', `/${PROFILE}`, { device_time_s: 10 });
      await moved;
    };
    expect(await report()).toMatchObject({ device_time_s: READ_TIME });
    t.matmuls.gate.before = () => {};
    expect([...times]).toEqual([READ_TIME]);
    expect(await report()).toMatchObject({ device_time_s: 10 });
  });
});

describe('a clock', () => {
  it('is set, advanced from where it stands, and taken away', async () => {
    expect((await call('GET', `/${PROFILE}`)).body).toMatchObject({ device_time_s: READ_TIME, set: false });
    expect((await call('POST', `/${PROFILE}/advance`, { seconds: 600 })).body).toMatchObject({
      profile: PROFILE,
      object: 'clock',
      device_time_s: READ_TIME + 600,
      set: true,
    });
    expect((await call('PUT', `/${PROFILE}`, { device_time_s: 5 })).body).toMatchObject({ device_time_s: 5 });
    const { data } = (await call('GET', '')).body;
    expect(data!.find(({ profile }) => profile === PROFILE)).toMatchObject({ set: true });
    expect(data!.map(({ profile }) => profile)).not.toContain('digital-fp32');
    expect((await call('DELETE', `/${PROFILE}`)).body).toMatchObject({ device_time_s: READ_TIME, set: false });
  });

  it.each([
    ['PUT', `/${PROFILE}`, { device_time_s: -1 }, 400, 'device_time_s'],
    ['PUT', `/${PROFILE}`, {}, 400, 'device_time_s'],
    ['POST', `/${PROFILE}/advance`, { seconds: -1 }, 400, 'seconds'],
    ['PUT', '/digital-fp32', { device_time_s: 1 }, 400, 'profile'],
    ['GET', '/of-dreams', undefined, 404, 'profile'],
    ['POST', '/digital-fp32/recalibrate', undefined, 400, 'profile'],
    ['POST', '/rram-neurram-130nm/recalibrate', undefined, 400, 'profile'],
    ['POST', '/of-dreams/recalibrate', undefined, 404, 'profile'],
  ])('%s %s %j is refused with %i, naming %s', async (method, path, body, status, param) => {
    const answer = await call(method, path, body);
    expect([answer.status, answer.body.error?.param]).toEqual([status, param]);
  });

  it('moved by many at once loses no advance', async () => {
    await call('PUT', `/${PROFILE}`, { device_time_s: 0 });
    await Promise.all(Array.from({ length: 5 }, () => call('POST', `/${PROFILE}/advance`, { seconds: 100 })));
    expect((await call('GET', `/${PROFILE}`)).body).toMatchObject({ device_time_s: 500 });
  });
});

describe('a recalibration', () => {
  it('measures drift at the time of the clock, which then stays the last measurement', async () => {
    await call('PUT', `/${PROFILE}`, { device_time_s: 3600 });
    t.matmuls.recalibrations.length = 0;
    const answer = await call('POST', `/${PROFILE}/recalibrate`);
    expect(answer).toMatchObject({
      status: 200,
      body: {
        device_time_s: 3600,
        calibrated_at_s: 3600,
        recalibration: { measurements: 1, shards: 3, seconds: 2, joules: 1.5 },
      },
    });
    expect(t.matmuls.recalibrations).toEqual([{ profile: PROFILE, deviceTime: 3600 }]);
    const advanced = await call('POST', `/${PROFILE}/advance`, { seconds: 400 });
    // By hand: the policy, which measures before a read, measures no more.
    expect(advanced.body).toMatchObject({
      device_time_s: 4000,
      calibrated_at_s: 3600,
      recalibration: { measurements: 0, joules: 0 },
    });
    expect(await report()).toMatchObject({ device_time_s: 4000, calibrated_at_s: 3600 });
    // Before the measurement it had not been made.
    expect((await call('PUT', `/${PROFILE}`, { device_time_s: 3000 })).body).toMatchObject({ calibrated_at_s: 3000 });
  });

  it('is booked once: seconds, joules of the component program, shards measured; and so are those of the policy', async () => {
    const labels = `{pool="electronic",profile="${PROFILE}",op="o"`;
    const booked = async () => ({
      request: (await counter('ohmlight_recalibrations_total'))[`${labels},cause="request"}`] ?? 0,
      policy: (await counter('ohmlight_recalibrations_total'))[`${labels},cause="policy"}`] ?? 0,
      joules: (await counter('ohmlight_modelled_energy_joules_total'))[`${labels},component="program"}`] ?? 0,
      seconds: (await counter('ohmlight_modelled_device_busy_seconds_total'))[`${labels}}`] ?? 0,
    });
    const before = await booked();
    const answers = [
      await call('PUT', `/${PROFILE}`, { device_time_s: READ_TIME }),
      await call('POST', `/${PROFILE}/advance`, { seconds: 60 }),
      await call('POST', `/${PROFILE}/recalibrate`),
      await call('POST', `/${PROFILE}/advance`, { seconds: 60 }),
    ];
    expect(answers.map(({ body }) => (body.recalibration as { measurements: number }).measurements)).toEqual([
      0, 1, 1, 0,
    ]);
    const after = await booked();
    expect(after.request - before.request).toBe(3);
    expect(after.policy - before.policy).toBe(3);
    expect(after.joules - before.joules).toBeCloseTo(3, 12);
    expect(after.seconds - before.seconds).toBeCloseTo(4, 12);
  });
});
