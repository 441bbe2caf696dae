import { baseEnvironment, checkpointEnvironment, readEnvironment } from '@ohmlight/telemetry';
import { z } from 'zod';

/** A checkpoint and a placement whose shards are programmed at start-up. */
export interface WarmTarget {
  readonly checkpoint: string;
  readonly placement: string;
}

const dispatcherEnvironment = {
  ...baseEnvironment,
  ...checkpointEnvironment,
  /** Comma-separated `checkpoint@placement` to program at start-up and whenever a core joins. */
  OHMLIGHT_WARM: z
    .string()
    .default('')
    .transform((text, context): WarmTarget[] => {
      const targets: WarmTarget[] = [];
      for (const part of text.split(',').filter((part) => part.trim() !== '')) {
        const match = /^\s*([^@\s]+)@([^@\s]+)\s*$/.exec(part);
        if (match) targets.push({ checkpoint: match[1]!, placement: match[2]! });
        else context.addIssue({ code: 'custom', message: `"${part}" is not checkpoint@placement` });
      }
      return targets;
    }),
  /** Jobs of one pool that are under way at a time. */
  OHMLIGHT_CONCURRENCY: z.coerce.number().int().min(1).max(1024).default(16),
};

/** The dispatcher's environment, checked and frozen. */
export type DispatcherConfig = ReturnType<typeof readDispatcherConfig>;

/** @throws Error that names each variable at fault, one a line. */
export function readDispatcherConfig(env: NodeJS.ProcessEnv = process.env) {
  return readEnvironment(dispatcherEnvironment, env);
}
