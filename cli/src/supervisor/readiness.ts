import { setTimeout as delay } from 'node:timers/promises';
import type { ServiceRecord } from '@ohmlight/contracts';
import type { Registry } from '@ohmlight/registry';
import { Failure } from '../failure.js';

/** How far a start has come. */
export interface Progress {
  readonly ready: number;
  readonly total: number;
  /** Names of the services that are not ready yet. */
  readonly waiting: readonly string[];
  /** Shards programmed of those asked for at start-up. */
  readonly shards?: { readonly done: number; readonly total: number };
}

/** Longest time without any progress before a start counts as failed. */
const STALL_MS = 60_000;
const POLL_MS = 100;

/**
 * Waits until every service's record says that it is ready, the shards asked for at start-up are programmed, and the
 * gateway answers /health.
 * @throws Failure naming what is not ready when nothing has changed for STALL_MS; the signal's reason when it aborts.
 */
export async function awaitReady(options: {
  readonly registry: Registry;
  readonly services: readonly { readonly name: string; readonly pid: number }[];
  readonly url: string;
  readonly onProgress: (progress: Progress) => void;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { registry, services, url, onProgress, signal } = options;
  let last = '';
  let changedAt = Date.now();
  for (;;) {
    signal.throwIfAborted();
    const progress = progressOf(services, await registry.list());
    const programmed = !progress.shards || progress.shards.done >= progress.shards.total;
    if (progress.waiting.length === 0 && programmed && (await healthy(url))) return;
    const text = JSON.stringify(progress);
    if (text !== last) {
      last = text;
      changedAt = Date.now();
      onProgress(progress);
    } else if (Date.now() - changedAt > STALL_MS)
      throw new Failure(
        `${missing(progress)} after ${STALL_MS / 1000} s without progress: see the logs in .ohmlight/logs`,
      );
    await delay(POLL_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

function missing({ waiting, shards }: Progress): string {
  if (waiting.length > 0) return `${waiting.join(', ')} not ready`;
  return shards && shards.done < shards.total
    ? `only ${shards.done} of ${shards.total} shards programmed`
    : 'the gateway is not healthy';
}

function progressOf(
  services: readonly { readonly name: string; readonly pid: number }[],
  records: readonly ServiceRecord[],
): Progress {
  const byPid = new Map(records.map((record) => [record.pid, record]));
  const mine = services.map(({ name, pid }) => ({ name, record: byPid.get(pid) }));
  const waiting = mine.filter(({ record }) => record?.state !== 'ready').map(({ name }) => name);
  const programming = mine.map(({ record }) => record?.programming).find((value) => value !== undefined);
  return {
    ready: services.length - waiting.length,
    total: services.length,
    waiting,
    ...(programming && { shards: { done: programming.done, total: programming.total } }),
  };
}

async function healthy(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/health`, { signal: AbortSignal.timeout(2_000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
