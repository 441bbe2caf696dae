import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StatusReport } from '../../cli/src/commands/status-report.js';
import { lives } from '../../cli/src/supervisor/identity.js';
import { freePort } from '../../cli/src/supervisor/port.js';
import { readState, type State } from '../../cli/src/supervisor/state.js';
import { OhmlightCommand } from '../support/command.js';
import { until } from '../support/until.js';

const SLOW = 300_000;

let ohmlight: OhmlightCommand;
beforeEach(() => {
  ohmlight = new OhmlightCommand();
});
afterEach(async () => {
  await ohmlight.run(['down']);
  ohmlight.remove();
}, SLOW);

const quick = ['--no-demo', '--placements', 'digital-fp32'];

/** Every process of an installation. */
const processes = (state: State) => [state.supervisor, ...state.services, state.redis!.private!];

const connects = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });

async function expectNothingLeft(state: State): Promise<void> {
  expect(processes(state).filter(lives)).toEqual([]);
  expect(await connects(Number(new URL(state.url).port))).toBe(false);
  expect(await connects(state.redis!.private!.port)).toBe(false);
  expect(existsSync(state.redis!.private!.directory)).toBe(false);
  expect(existsSync(ohmlight.runDirectory)).toBe(false);
}

describe('up', () => {
  it('compares three placements, stays, and leaves nothing behind after Ctrl-C', { timeout: SLOW }, async () => {
    const port = await freePort();
    const up = ohmlight.start(['up', '--port', String(port)]);
    await until(() => up.stdout().includes('Ctrl-C stops everything'), 'the demonstration', SLOW);
    const output = up.stdout();
    expect(output).toMatch(/programming shards \d+\/\d+/);
    expect(output).toMatch(/^placement +text +ms\/token +mJ\/token +W +agreement$/m);
    expect(output).toMatch(/^nano@digital-fp32 .*\d.* 100 %$/m);
    expect(output).toMatch(/^nano@crossbar-basic .*\d.* \d+ %$/m);
    expect(output).toMatch(/^nano@homodyne-basic .*\d.* \d+ %$/m);
    expect(output).toContain(`curl -N http://127.0.0.1:${port}/v1/chat/completions`);

    const state = readState(ohmlight.runDirectory)!;
    expect(state.services.map(({ service }) => service)).toEqual([
      'gateway',
      'dispatcher',
      'analog-crossbar',
      'optical-core',
      'digital-pool',
    ]);
    expect(processes(state).every(lives)).toBe(true);

    const second = await ohmlight.run(['up', '--port', String(await freePort())]);
    expect(second).toMatchObject({ code: 1, stdout: '' });
    expect(second.stderr).toBe(
      `ohmlight: Ohmlight already runs at http://127.0.0.1:${port} (pid ${up.pid}): \`npx ohmlight down\` stops it\n`,
    );

    up.signal('SIGINT');
    expect((await up.exited).code).toBe(0);
    await expectNothingLeft(state);
  });

  it('stops what had started when it is interrupted before it is ready', { timeout: SLOW }, async () => {
    const up = ohmlight.start(['up', ...quick, '--port', String(await freePort())]);
    await until(() => (readState(ohmlight.runDirectory)?.services.length ?? 0) === 5, 'the services to start', SLOW);
    const state = readState(ohmlight.runDirectory)!;
    up.signal('SIGTERM');
    expect((await up.exited).code).toBe(130);
    await expectNothingLeft(state);
  });
});

describe('up --detach, status and down', () => {
  it('run in the background, tell of it and stop it', { timeout: SLOW }, async () => {
    expect(await ohmlight.run(['status'])).toMatchObject({ code: 3, stderr: '' });

    const up = await ohmlight.run(['up', '--detach', ...quick, '--port', String(await freePort())]);
    expect(up).toMatchObject({ code: 0, stderr: '' });
    const state = readState(ohmlight.runDirectory)!;
    expect(up.stdout).toContain(`in the background (pid ${state.supervisor.pid})`);
    expect(processes(state).every(lives)).toBe(true);

    const json = await ohmlight.run(['status', '--json']);
    expect(json.code).toBe(0);
    const report = JSON.parse(json.stdout) as StatusReport;
    expect(report).toMatchObject({ state: 'up', url: state.url, redis: { private: true, answers: true } });
    const digital = report.services.find(({ service }) => service === 'digital-pool')!;
    expect(digital).toMatchObject({ state: 'ready', restarts: 0, core: { pool: 'digital' } });
    expect(digital.core!.shards).toBeGreaterThan(0);
    expect(digital.core!.resident_bytes).toBeGreaterThan(0);
    const table = await ohmlight.run(['status']);
    expect(table.stdout).toMatch(new RegExp(`^digital-pool +${digital.pid} +ready `, 'm'));

    const down = await ohmlight.run(['down']);
    expect(down).toMatchObject({ code: 0, stderr: '' });
    expect(down.stdout).toMatch(/^stopped gateway, dispatcher, .*redis in /m);
    await expectNothingLeft(state);
    expect((await ohmlight.run(['status', '--json'])).code).toBe(3);
  });

  it('clear up after a supervisor that was killed', { timeout: SLOW }, async () => {
    const up = await ohmlight.run(['up', '--detach', ...quick, '--port', String(await freePort())]);
    expect(up.code).toBe(0);
    const state = readState(ohmlight.runDirectory)!;
    process.kill(state.supervisor.pid, 'SIGKILL');
    await until(() => !lives(state.supervisor), 'the supervisor to end');
    expect((await ohmlight.run(['status'])).code).toBe(1);
    const down = await ohmlight.run(['down']);
    expect(down).toMatchObject({ code: 0, stdout: 'its supervisor was gone; ended 6 leftover processes\n' });
    await expectNothingLeft(state);
  });
});

describe('a start that cannot be', () => {
  /** One line, non-zero, and nothing left but the logs of what had started. */
  async function refusal(args: readonly string[], env?: Record<string, string>): Promise<string> {
    const { code, stderr } = await ohmlight.run(['up', ...quick, ...args], env);
    expect(code).toBe(1);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(existsSync(join(ohmlight.runDirectory, 'state.json'))).toBe(false);
    return stderr.trimEnd();
  }

  it('names a taken port and the way out', { timeout: SLOW }, async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    try {
      expect(await refusal(['--port', String(port)])).toMatch(
        new RegExp(`^ohmlight: port ${port} is taken.*: choose another with --port$`),
      );
    } finally {
      server.close();
    }
  });

  it('names a Redis that does not answer', { timeout: SLOW }, async () => {
    const url = `redis://127.0.0.1:${await freePort()}`;
    expect(await refusal(['--port', String(await freePort())], { REDIS_URL: url })).toContain(
      `no Redis answers at ${url}`,
    );
  });

  it('names a missing checkpoint', { timeout: SLOW }, async () => {
    expect(await refusal(['--port', String(await freePort()), '--checkpoint', 'nano=/nowhere/nano'])).toBe(
      'ohmlight: checkpoint nano: /nowhere/nano does not exist: name a Hugging Face directory with --checkpoint nano=<directory>',
    );
  });

  it('names an unknown placement and those that exist', { timeout: SLOW }, async () => {
    expect(await refusal(['--placements', 'abacus'])).toMatch(/"abacus": choose among .*crossbar-basic/);
  });

  it("tells a service's own words when it refuses to start", { timeout: SLOW }, async () => {
    const words = await refusal(['--port', String(await freePort())], { OHMLIGHT_SHARD_COLUMNS: '3' });
    expect(words).toMatch(/^ohmlight: (gateway|dispatcher) did not start: .*OHMLIGHT_SHARD_COLUMNS/);
  });
});
