import { type Pool, POOLS } from '@ohmlight/contracts';
import { loadProfiles } from '@ohmlight/devices';
import { connectRedis, RedisRegistry } from '@ohmlight/registry';
import { createLogger } from '@ohmlight/telemetry';
import type { Redis } from 'ioredis';
import {
  createMatmulFactory,
  type MatmulDeps,
  type MatmulFactory,
  type MatmulKind,
} from '../../../services/gateway/src/matmul/index.js';
import { startCore, startNonsenseCore, type TestCore } from '../../support/cores.js';
import { startRedis, type TestRedis } from '../../support/redis.js';

/** Real Redis, real cores of every pool behind real gRPC, in namespaces that do not see each other. */
export class Stack {
  readonly #cores: TestCore[] = [];
  readonly #factories = { made: 0 };
  #server: TestRedis | undefined;
  #redis: Redis | undefined;

  get server(): TestRedis {
    return this.#server!;
  }

  async start(): Promise<void> {
    this.#server = await startRedis();
    this.#redis = connectRedis(this.#server.url, { patient: true, name: 'spec', onError: () => {} });
    for (const pool of POOLS)
      for (const i of [1, 2]) this.#cores.push(await startCore(this.registry('sane'), pool, `${pool}-${i}`));
  }

  registry(namespace: string): RedisRegistry {
    return new RedisRegistry(this.#redis!, namespace);
  }

  async addNonsense(pool: Pool, profile: string): Promise<void> {
    this.#cores.push(await startNonsenseCore(this.registry('mad'), pool, 'mad-1', profile));
  }

  factory(kind: MatmulKind, namespace: string, options: Partial<MatmulDeps>): Promise<MatmulFactory> {
    return createMatmulFactory(kind, {
      redisUrl: this.#server!.url,
      namespace,
      gatewayId: `gateway-${this.#factories.made++}`,
      profiles: loadProfiles('profiles'),
      shardColumns: 1024,
      chipSeed: 7n,
      jobDeadlineMs: 20_000,
      logger: createLogger('spec', 'spec', 'silent'),
      registry: this.registry(namespace),
      ...options,
    });
  }

  async stop(): Promise<void> {
    await Promise.all(this.#cores.map((core) => core.stop()));
    this.#redis?.disconnect();
    await this.#server?.stop();
  }
}
