import { type Pool, POOLS } from '@ohmlight/contracts';
import type { CoreDirectory } from '@ohmlight/shard-router';
import type { Redis } from 'ioredis';

/** Why the dispatcher cannot do its work; undefined when it can. */
export class Health {
  constructor(
    private readonly redis: Redis,
    private readonly directory: Pick<CoreDirectory, 'cores'>,
    /** Pools that must have a core; where empty, any core will do. */
    private readonly pools: ReadonlySet<Pool>,
  ) {}

  reason(): string | undefined {
    if (this.redis.status !== 'ready') return 'Redis does not answer; check REDIS_URL';
    const up = new Set(POOLS.filter((pool) => this.directory.cores(pool).length > 0));
    const without = [...this.pools].filter((pool) => !up.has(pool));
    if (without.length > 0) return `no core of the pool ${without.join(', ')} is up; start one`;
    if (up.size === 0) return 'no core is up; start one';
    return undefined;
  }
}
