import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROFILES } from '../testing/start.js';
import { writeTinyCheckpoint } from '../testing/tiny-checkpoint.js';
import { bootFailure } from './boot-failure.js';
import { readConfig } from './config.js';
import { startGateway } from './gateway.js';

let tiny: ReturnType<typeof writeTinyCheckpoint>;
beforeAll(() => {
  tiny = writeTinyCheckpoint();
});
afterAll(() => tiny.remove());

/** The line of a gateway that must not start. */
async function lineOf(env: Record<string, string>): Promise<string> {
  try {
    const config = readConfig({
      OHMLIGHT_PORT: '0',
      OHMLIGHT_MATMUL: 'in-process',
      OHMLIGHT_CHECKPOINTS: `tiny=${tiny.directory}`,
      OHMLIGHT_PROFILES: PROFILES,
      OHMLIGHT_LOG_LEVEL: 'silent',
      ...env,
    });
    const gateway = await startGateway(config);
    await gateway.close();
  } catch (thrown) {
    return bootFailure(thrown);
  }
  throw new Error('the gateway started');
}

describe('a gateway that cannot start says why in one line', () => {
  it('a port that is taken', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => holder.once('listening', resolve));
    const { port } = holder.address() as AddressInfo;
    expect(await lineOf({ OHMLIGHT_PORT: String(port) })).toBe(
      `gateway: port ${port} of 127.0.0.1 is taken; stop what holds it or set OHMLIGHT_PORT`,
    );
    holder.close();
  });

  it('a checkpoint that is missing', async () => {
    expect(await lineOf({ OHMLIGHT_CHECKPOINTS: 'nano=/nowhere/nano' })).toMatch(
      /^gateway: checkpoint_not_found: .*\/nowhere\/nano.*OHMLIGHT_CHECKPOINTS/,
    );
  });

  it('a Redis that does not answer', async () => {
    const line = await lineOf({ OHMLIGHT_MATMUL: 'queue', REDIS_URL: 'redis://127.0.0.1:1' });
    expect(line).toMatch(/^gateway: queue_unavailable: .*127\.0\.0\.1:1 .*REDIS_URL/);
  });

  it('a profile that is wrong', async () => {
    const profiles = mkdtempSync(join(tmpdir(), 'ohmlight-profiles-'));
    cpSync(PROFILES, profiles, { recursive: true });
    writeFileSync(join(profiles, 'devices', 'crossbar-basic.yaml'), 'name: crossbar-basic\n');
    expect(await lineOf({ OHMLIGHT_PROFILES: profiles })).toMatch(
      /^gateway: invalid_profile: devices\/crossbar-basic.yaml/,
    );
    rmSync(profiles, { recursive: true });
  });

  it('variables that are wrong, each by its name', async () => {
    const line = await lineOf({ OHMLIGHT_PORT: '99999', OHMLIGHT_MATMUL: 'magic' });
    expect(line).toMatch(/^gateway: OHMLIGHT_PORT: .*; OHMLIGHT_MATMUL: .*$/);
    expect(line).not.toContain('\n');
  });
});
