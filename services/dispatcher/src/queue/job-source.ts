import type { Pool } from '@ohmlight/contracts';

/** A job as it leaves the queue; `data` is not checked yet. */
export interface ReceivedJob {
  readonly id: string;
  /** Pool of the queue that it came from. */
  readonly pool: Pool;
  readonly data: unknown;
  /** Unix milliseconds at which it was added. */
  readonly addedAt: number;
}

/** What became of a job; every one but `ok` and `retried` leaves the queue as failed. */
export type JobOutcome =
  { readonly outcome: 'ok' | 'retried' } | { readonly outcome: 'failed' | 'expired'; readonly reason: string };

export interface JobHandler {
  /** Settles the job and answers it. It never rejects for a fault of the job. */
  handle(job: ReceivedJob): Promise<JobOutcome>;
  /** Answers a job that the queue gave up on without handing it out again. */
  abandon(job: ReceivedJob, reason: string): Promise<JobOutcome>;
}

/**
 * Where jobs come from. A job is handed out to one consumer at a time; one whose consumer dies is handed out
 * again, and a job may be handled twice, never not at all.
 */
export interface JobSource {
  /** Hands jobs of the pools to the handler, several at a time. */
  start(pools: readonly Pool[], handler: JobHandler): Promise<void>;
  /** Takes no more jobs and waits for those under way, at most so long. */
  stop(graceMs: number): Promise<void>;
}
