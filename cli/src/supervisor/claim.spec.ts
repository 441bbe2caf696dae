import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { claim } from './claim.js';
import { processIdentity } from './identity.js';
import { SupervisedProcess } from './process.js';
import { claimRunDirectory, readState, releaseRunDirectory, type State } from './state.js';

let runDirectory: string;
beforeEach(() => {
  runDirectory = join(mkdtempSync(join(tmpdir(), 'ohmlight-claim-')), 'run');
});
afterEach(() => rmSync(join(runDirectory, '..'), { recursive: true }));

const me = { pid: process.pid, identity: processIdentity(process.pid)! };
const gone = { pid: process.pid, identity: 'another process with my pid' };
const state = (supervisor: State['supervisor'], more: Partial<State> = {}): State => ({
  version: 1,
  supervisor,
  startedAt: 1,
  url: 'http://127.0.0.1:8000',
  namespace: 'ohmlight',
  cores: { electronic: 1, optical: 1, digital: 1 },
  services: [],
  ...more,
});

describe('claim', () => {
  it('is taken once', () => {
    expect(claimRunDirectory(runDirectory, state(me))).toBe(true);
    expect(claimRunDirectory(runDirectory, state(me))).toBe(false);
    releaseRunDirectory(runDirectory);
    expect(existsSync(runDirectory)).toBe(false);
    expect(claimRunDirectory(runDirectory, state(me))).toBe(true);
  });

  it('refuses beside a living supervisor, naming it and the remedy', async () => {
    claimRunDirectory(runDirectory, state(me));
    await expect(claim(runDirectory, state(me))).rejects.toThrow(
      `Ohmlight already runs at http://127.0.0.1:8000 (pid ${process.pid}): \`npx ohmlight down\` stops it`,
    );
  });

  it('ends what a lost supervisor left, and no process that only has the same pid', async () => {
    mkdirSync(runDirectory);
    const command = {
      command: process.execPath,
      args: ['-e', 'setInterval(() => {}, 1e6)'],
      cwd: runDirectory,
      env: {},
    };
    const left = await SupervisedProcess.start({ name: 'left', ...command }, join(runDirectory, 'left.log'));
    const bystander = await SupervisedProcess.start({ name: 'by', ...command }, join(runDirectory, 'by.log'));
    const service = { service: 'gateway' as const, startedAt: 1, restarts: 0 };
    claimRunDirectory(
      runDirectory,
      state(gone, {
        services: [
          { ...service, name: 'left', pid: left.pid, identity: left.identity },
          { ...service, name: 'by', pid: bystander.pid, identity: 'one that is gone' },
        ],
      }),
    );
    await claim(runDirectory, state(me));
    expect((await left.exited).signal).toBe('SIGTERM');
    expect(bystander.exit).toBeUndefined();
    expect(readState(runDirectory)?.supervisor).toEqual(me);
    bystander.kill();
    await bystander.exited;
  });

  it('replaces a state that cannot be read', async () => {
    mkdirSync(runDirectory);
    writeFileSync(join(runDirectory, 'state.json'), '{"version": 9');
    await claim(runDirectory, state(me));
    expect(readState(runDirectory)?.supervisor).toEqual(me);
  });
});
