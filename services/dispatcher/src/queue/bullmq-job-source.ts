import type { Pool } from '@ohmlight/contracts';
import { BullmqConsumer, type BullmqConsumerOptions } from './bullmq-consumer.js';
import type { JobHandler, JobSource } from './job-source.js';

/** Jobs out of one BullMQ queue per pool, `concurrency` at a time from each. */
export class BullmqJobSource implements JobSource {
  readonly #options: Omit<BullmqConsumerOptions, 'pool' | 'handler'>;
  #consumers: BullmqConsumer[] = [];

  constructor(options: Omit<BullmqConsumerOptions, 'pool' | 'handler'>) {
    this.#options = options;
  }

  async start(pools: readonly Pool[], handler: JobHandler): Promise<void> {
    this.#consumers = pools.map((pool) => new BullmqConsumer({ ...this.#options, pool, handler }));
    await Promise.all(this.#consumers.map((consumer) => consumer.start()));
  }

  async stop(graceMs: number): Promise<void> {
    const grace = Promise.withResolvers<void>();
    const timer = setTimeout(grace.resolve, graceMs);
    await Promise.race([Promise.all(this.#consumers.map((consumer) => consumer.drained())), grace.promise]);
    clearTimeout(timer);
    await Promise.all(this.#consumers.map((consumer) => consumer.close()));
    this.#consumers = [];
  }
}
