import { OhmlightError } from '@ohmlight/contracts';
import type { CoreDirectory, ShardRouter } from '@ohmlight/shard-router';
import type { PhaseCall, ShardReply, ShardRunner } from '@ohmlight/matmul';

/** Runs shards on cores over gRPC, placed and retried as the dispatcher does, without a queue between. */
export class DirectRunner implements ShardRunner {
  readonly serial = false;
  readonly #closed = new AbortController();

  constructor(
    private readonly directory: CoreDirectory,
    private readonly router: ShardRouter,
  ) {}

  async run({ shards, pool, batch, conditions, requestIds, deadline, signal }: PhaseCall): Promise<ShardReply[]> {
    // One shard's failure fails the phase: the others are not waited for.
    const failed = new AbortController();
    const aborts = [failed.signal, this.#closed.signal, ...(signal ? [signal] : [])];
    const requestId = requestIds.join(',');
    const any = AbortSignal.any(aborts);
    try {
      return await Promise.all(
        shards.map((spec) => this.router.execute({ spec, pool, batch, conditions, requestId, deadline, signal: any })),
      );
    } catch (thrown) {
      failed.abort(thrown);
      throw thrown;
    }
  }

  async close(): Promise<void> {
    this.#closed.abort(new OhmlightError('shutting_down', 'this process is stopping; send the request to another'));
    this.directory.stop();
  }
}
