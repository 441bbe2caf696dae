import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Failure } from '../failure.js';
import { lastLines } from '../supervisor/log-tail.js';
import { freePort } from '../supervisor/port.js';
import { type ProcessSpec, SupervisedProcess } from '../supervisor/process.js';
import { findRedisServer } from './binary.js';
import { requireRedis } from './connect.js';

const DIRECTORY_PREFIX = 'ohmlight-redis-';
const START_DEADLINE_MS = 10_000;

/** A Redis of this installation's own: loopback only, data in a temporary directory. */
export interface PrivateRedis {
  readonly url: string;
  readonly port: number;
  readonly directory: string;
  readonly spec: ProcessSpec;
  readonly process: SupervisedProcess;
}

/** Arguments as BullMQ needs them: nothing evicted, the append-only file synced every second. */
const redisArguments = (port: number, directory: string): string[] =>
  [
    ['--port', String(port)],
    ['--bind', '127.0.0.1'],
    ['--dir', directory],
    ['--maxmemory-policy', 'noeviction'],
    ['--appendonly', 'yes'],
    ['--appendfsync', 'everysec'],
    ['--save', ''],
    ['--daemonize', 'no'],
  ].flat();

/**
 * Starts a private Redis on a free port and waits until it answers.
 * @throws Failure when no server is installed or it does not come up.
 */
export async function startPrivateRedis(logFile: string): Promise<PrivateRedis> {
  const command = findRedisServer();
  if (!command)
    throw new Failure(
      'no redis-server or valkey-server on PATH: run `npm run setup`, or set REDIS_URL to a running one',
    );
  // Another process may take the port between its choice and its use: then choose again.
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const directory = mkdtempSync(join(tmpdir(), DIRECTORY_PREFIX));
    const spec = { name: 'redis', command, args: redisArguments(port, directory), cwd: directory, env: {} };
    const started = await SupervisedProcess.start(spec, logFile);
    const url = `redis://127.0.0.1:${port}`;
    if (await answers(started, url)) return { url, port, directory, spec, process: started };
    started.kill();
    await started.exited;
    removeRedisDirectory(directory);
    if (attempt === 3)
      throw new Failure(
        `${command} does not start (${lastLines(logFile, 1).join('') || 'it says nothing'}): see ${logFile}`,
      );
  }
}

async function answers(started: SupervisedProcess, url: string): Promise<boolean> {
  const deadline = Date.now() + START_DEADLINE_MS;
  while (!started.exit && Date.now() < deadline) {
    try {
      (await requireRedis(url, 1_000)).disconnect();
      return true;
    } catch {
      await delay(20);
    }
  }
  return false;
}

/** Removes the data directory of a private Redis; nothing else. */
export function removeRedisDirectory(directory: string): void {
  if (basename(directory).startsWith(DIRECTORY_PREFIX)) rmSync(directory, { recursive: true, force: true });
}
