import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../../test/support/until.js';
import { lives, processIdentity } from './identity.js';
import { SupervisedProcess } from './process.js';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'ohmlight-process-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

const script = (code: string) => ({
  name: 'script',
  command: process.execPath,
  args: ['-e', code],
  cwd: directory,
  env: {},
});
const WAIT = 'setInterval(() => {}, 1e6);';

describe('SupervisedProcess', () => {
  it('lets a process that heeds SIGTERM end by itself', async () => {
    const log = join(directory, 'gentle.log');
    const started = await SupervisedProcess.start(
      script(`process.on('SIGTERM', () => { console.log('bye'); process.exit(0); }); console.log('up'); ${WAIT}`),
      log,
    );
    await until(() => readFileSync(log, 'utf8').includes('up'), 'the script to listen');
    expect(await started.stop(10_000)).toBe(true);
    expect(started.exit).toEqual({ code: 0, signal: null });
    expect(readFileSync(log, 'utf8')).toContain('bye');
  });

  it('ends one that does not, with all that it started', async () => {
    const log = join(directory, 'stubborn.log');
    const started = await SupervisedProcess.start(
      script(
        `const child = require('child_process').spawn(process.execPath, ['-e', '${WAIT}']);
         process.on('SIGTERM', () => {}); console.log(child.pid); ${WAIT}`,
      ),
      log,
    );
    await until(() => /^\d+\n/.test(readFileSync(log, 'utf8')), 'the script to listen');
    const grandchild = Number(readFileSync(log, 'utf8'));
    expect(processIdentity(grandchild)).toBeDefined();
    expect(await started.stop(100)).toBe(false);
    expect(started.exit).toEqual({ code: null, signal: 'SIGKILL' });
    await until(() => processIdentity(grandchild) === undefined, 'the grandchild to end');
  });

  it('rejects when the command cannot be executed', async () => {
    const missing = { ...script(''), command: join(directory, 'missing') };
    await expect(SupervisedProcess.start(missing, join(directory, 'missing.log'))).rejects.toThrow('ENOENT');
  });

  it('is recognised while it lives, and no longer', async () => {
    const started = await SupervisedProcess.start(script(WAIT), join(directory, 'known.log'));
    const recorded = { pid: started.pid, identity: started.identity };
    expect(lives(recorded)).toBe(true);
    expect(lives({ pid: process.pid, identity: recorded.identity })).toBe(false);
    started.kill();
    await started.exited;
    expect(lives(recorded)).toBe(false);
  });
});
