import { setTimeout as delay } from 'node:timers/promises';
import { removeRedisDirectory } from '../redis/private-redis.js';
import { lives } from './identity.js';
import { releaseRunDirectory, type State } from './state.js';

const TERM_DEADLINE_MS = 6_000;

type Recorded = { readonly pid: number; readonly identity: string };

/**
 * Ends what a supervisor left that was itself ended, and removes its files. A pid is touched only
 * where it still is the process that was recorded. Returns how many processes it ended.
 */
export async function clearLeftovers(state: State, runDirectory: string): Promise<number> {
  const redis = state.redis?.private;
  let ended = await endAll(state.services);
  if (redis) {
    ended += await endAll([redis]);
    removeRedisDirectory(redis.directory);
  }
  releaseRunDirectory(runDirectory);
  return ended;
}

async function endAll(recorded: readonly Recorded[]): Promise<number> {
  const alive = recorded.filter(lives);
  for (const { pid } of alive) signal(pid, 'SIGTERM');
  if (!(await allGone(alive, TERM_DEADLINE_MS))) {
    for (const { pid } of alive.filter(lives)) signal(pid, 'SIGKILL');
    await allGone(alive, TERM_DEADLINE_MS);
  }
  return alive.length;
}

/** Waits until none of the recorded processes lives; false when one still does at the deadline. */
export async function allGone(recorded: readonly Recorded[], deadlineMs: number): Promise<boolean> {
  const deadline = Date.now() + deadlineMs;
  while (recorded.some(lives)) {
    if (Date.now() >= deadline) return false;
    await delay(50);
  }
  return true;
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // it has just ended
  }
}
