import { asOhmlightError, type ErrorCode, FLOAT_BYTES, type RowBatch, shareOf } from '@ohmlight/contracts';
import { type ExecuteCall, type ExecuteReply, MAX_JOB_BYTES } from '@ohmlight/core-client';
import type { LiveCore } from './live-core.js';

/** One job's rows for a device that loads the shard's weights for each execution. */
export interface LoadingJob {
  readonly call: ExecuteCall;
  readonly profile: string;
  /** Inputs and outputs of the shard. */
  readonly k: number;
  readonly columns: number;
  /** Whether nobody waits for it any more. */
  readonly aborts: readonly AbortSignal[];
}

export interface SharedReply extends ExecuteReply {
  /** The job's part of the rows of its execution; 1 where it had the load to itself. */
  readonly share: number;
}

interface Waiting extends LoadingJob, PromiseWithResolvers<SharedReply> {}

/** Jobs that go together: of one shard, at one device time. */
interface Group {
  readonly id: string;
  readonly conditions: string;
  readonly jobs: Waiting[];
  bytes: number;
}

/** The device of one profile on one core. */
interface Turns {
  readonly underWay: Set<string>;
  /** In order of their oldest job. */
  readonly waiting: Group[];
}

/** Executions of a device that are sent at a time: one is run while the next is on its way. */
const LANES = 2;

/** Faults of the core, not of a job: they would meet each job alone as well. */
const OF_THE_CORE: ReadonlySet<ErrorCode> = new Set([
  'core_unavailable',
  'shutting_down',
  'shard_not_held',
  'overloaded',
  'capacity_exceeded',
]);

/**
 * Pays a load of weights once for all jobs that wait for it. A device shows one shard at a time, so a job waits while
 * others have it; those that wait for the same shard at the same device time become one execution. Nobody waits for
 * company: a device that is free takes the oldest shard at once. Rows do not see each other, so a job's outputs are
 * those that it would have alone; of the ledger it gets the whole time and its rows' share of the rest.
 */
export class SharedLoads {
  readonly #devices = new WeakMap<LiveCore, Map<string, Turns>>();

  /**
   * Runs the job on the core, with others where they wait for the same load.
   * @throws OhmlightError the core's.
   */
  execute(core: LiveCore, job: LoadingJob): Promise<SharedReply> {
    const turns = this.#turns(core, job.profile);
    const waiting: Waiting = { ...job, ...Promise.withResolvers<SharedReply>() };
    const bytes = bytesOf(job);
    const { shardId: id, conditions = {} } = job.call;
    const key = `${conditions.deviceTime} ${conditions.calibratedAt}`;
    const group = turns.waiting.find(
      (other) => other.id === id && other.conditions === key && other.bytes + bytes <= MAX_JOB_BYTES,
    );
    if (group) {
      group.jobs.push(waiting);
      group.bytes += bytes;
    } else turns.waiting.push({ id, conditions: key, jobs: [waiting], bytes });
    this.#depart(core, turns);
    return waiting.promise;
  }

  /** Whether the core's device is about to show the shard: another job of it has the device, or waits for it. */
  expects(core: LiveCore, profile: string, id: string): boolean {
    const turns = this.#devices.get(core)?.get(profile);
    return turns !== undefined && (turns.underWay.has(id) || turns.waiting.some((group) => group.id === id));
  }

  #turns(core: LiveCore, profile: string): Turns {
    let devices = this.#devices.get(core);
    if (!devices) this.#devices.set(core, (devices = new Map()));
    let turns = devices.get(profile);
    if (!turns) devices.set(profile, (turns = { underWay: new Set(), waiting: [] }));
    return turns;
  }

  /** Sends the oldest groups while the device has lanes; a shard that is under way waits for its return. */
  #depart(core: LiveCore, turns: Turns): void {
    while (turns.underWay.size < LANES) {
      const next = turns.waiting.findIndex(({ id }) => !turns.underWay.has(id));
      if (next < 0) return;
      const [group] = turns.waiting.splice(next, 1) as [Group];
      const jobs = group.jobs.filter(({ aborts }) => !aborts.some(({ aborted }) => aborted));
      for (const job of group.jobs)
        if (!jobs.includes(job)) job.reject(job.aborts.find((abort) => abort.aborted)!.reason);
      if (jobs.length === 0) continue;
      turns.underWay.add(group.id);
      void together(core, jobs).finally(() => {
        turns.underWay.delete(group.id);
        this.#depart(core, turns);
      });
    }
  }
}

/** Runs jobs as one execution; where that fails by the fault of one of them, each alone. Never rejects. */
async function together(core: LiveCore, jobs: readonly Waiting[]): Promise<void> {
  if (jobs.length === 1) return alone(core, jobs[0]!);
  try {
    const reply = await core.client.execute(merged(jobs));
    const rows = jobs.reduce((sum, { call }) => sum + call.batch.rows, 0);
    let start = 0;
    for (const job of jobs) {
      const end = start + job.call.batch.rows;
      const share = job.call.batch.rows / rows;
      const y = reply.y.slice(start * job.columns, end * job.columns);
      job.resolve({
        ...reply,
        y,
        ledger: shareOf(reply.ledger, share),
        telemetry: shareOfTelemetry(reply, share),
        share,
      });
      start = end;
    }
  } catch (thrown) {
    if (OF_THE_CORE.has(asOhmlightError(thrown).code)) for (const job of jobs) job.reject(thrown);
    else for (const job of jobs) await alone(core, job);
  }
}

async function alone(core: LiveCore, job: Waiting): Promise<void> {
  try {
    job.resolve({ ...(await core.client.execute(job.call)), share: 1 });
  } catch (thrown) {
    job.reject(thrown);
  }
}

function merged(jobs: readonly Waiting[]): ExecuteCall {
  const { k } = jobs[0]!;
  const rows = jobs.reduce((sum, { call }) => sum + call.batch.rows, 0);
  const batch: RowBatch = {
    rows,
    x: new Float32Array(rows * k),
    seeds: new BigUint64Array(rows),
    positions: new Uint32Array(rows),
  };
  let row = 0;
  for (const { call } of jobs) {
    batch.x.set(call.batch.x, row * k);
    batch.seeds.set(call.batch.seeds, row);
    batch.positions.set(call.batch.positions, row);
    row += call.batch.rows;
  }
  return {
    ...jobs[0]!.call,
    batch,
    requestId: jobs.map(({ call }) => call.requestId).join(','),
    // Each job ends at its own deadline; the execution is worth its while up to the last.
    deadline: Math.max(...jobs.map(({ call }) => call.deadline)),
  };
}

const bytesOf = ({ call, k, columns }: LoadingJob): number => call.batch.rows * Math.max(k, columns) * FLOAT_BYTES;

/** Conversions that clipped are counted for all rows; root mean squares are those of the execution. */
const shareOfTelemetry = ({ telemetry }: ExecuteReply, share: number): ExecuteReply['telemetry'] => ({
  ...telemetry,
  dacSaturated: telemetry.dacSaturated * share,
  adcSaturated: telemetry.adcSaturated * share,
});
