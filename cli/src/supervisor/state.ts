import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { POOLS, SERVICES } from '@ohmlight/contracts';
import { z } from 'zod';

const processSchema = z.object({ pid: z.number().int().positive(), identity: z.string() });

const stateSchema = z.object({
  version: z.literal(1),
  supervisor: processSchema,
  /** Unix milliseconds. */
  startedAt: z.number(),
  /** The gateway's base URL. */
  url: z.string(),
  namespace: z.string(),
  cores: z.record(z.enum(POOLS), z.number().int()),
  redis: z
    .object({
      url: z.string(),
      /** Absent where REDIS_URL named it. */
      private: processSchema.extend({ directory: z.string(), port: z.number().int() }).optional(),
    })
    .optional(),
  services: z.array(
    processSchema.extend({
      name: z.string(),
      service: z.enum(SERVICES),
      startedAt: z.number(),
      restarts: z.number().int(),
      /** Set once it ended too often to be started again. */
      givenUp: z.string().optional(),
    }),
  ),
});

/** What `up` leaves in the run directory for `status`, `down` and the next `up`. */
export type State = z.infer<typeof stateSchema>;

const stateFile = (runDirectory: string): string => join(runDirectory, 'state.json');

export const logFile = (runDirectory: string, name: string): string => join(runDirectory, 'logs', `${name}.log`);

/** The state in a run directory; undefined when there is none or it is not readable as one. */
export function readState(runDirectory: string): State | undefined {
  try {
    return stateSchema.parse(JSON.parse(readFileSync(stateFile(runDirectory), 'utf8')));
  } catch {
    return undefined;
  }
}

/** Takes the run directory, in one piece: false when another process already holds it. */
export function claimRunDirectory(runDirectory: string, state: State): boolean {
  mkdirSync(join(runDirectory, 'logs'), { recursive: true });
  const claim = `${stateFile(runDirectory)}.${process.pid}`;
  writeFileSync(claim, JSON.stringify(state, null, 2));
  try {
    linkSync(claim, stateFile(runDirectory));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(claim);
  }
}

/** Replaces the state in one piece: a reader sees the old one or the new one. */
export function writeState(runDirectory: string, state: State): void {
  const next = `${stateFile(runDirectory)}.next`;
  writeFileSync(next, JSON.stringify(state, null, 2));
  renameSync(next, stateFile(runDirectory));
}

/** Gives the run directory back; `keepLogs` leaves the logs of a failed start. */
export function releaseRunDirectory(runDirectory: string, keepLogs = false): void {
  if (keepLogs) rmSync(stateFile(runDirectory), { force: true });
  else rmSync(runDirectory, { recursive: true, force: true });
}
