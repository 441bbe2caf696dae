import { Inject, Injectable } from '@nestjs/common';
import { type ServiceRecord, VERSION } from '@ohmlight/contracts';
import type { Registry } from '@ohmlight/registry';
import { setTimeout as delay } from 'node:timers/promises';
import type { GatewayConfig } from '../config.js';
import type { Engine } from '../engine/engine.js';
import type { ModelCatalogue } from '../engine/model-catalogue.js';
import { CATALOGUE, CONFIG, ENGINE, REGISTRY } from '../tokens.js';
import { missingFor } from './servability.js';

/** Milliseconds that Redis has to answer. */
const REDIS_MS = 1_000;

export interface Health {
  readonly status: 'ok' | 'unavailable';
  readonly reason?: string;
  readonly version: string;
  readonly matmul: string;
  readonly redis: 'ok' | 'unavailable' | 'unused';
  readonly running: number;
  readonly waiting: number;
  readonly placements: readonly { name: string; ready: boolean; missing: readonly string[] }[];
}

/** Whether the gateway can serve: Redis answers, and at least one placement has what it needs. */
@Injectable()
export class HealthService {
  constructor(
    @Inject(CONFIG) private readonly config: GatewayConfig,
    @Inject(CATALOGUE) private readonly catalogue: ModelCatalogue,
    @Inject(ENGINE) private readonly engine: Engine,
    @Inject(REGISTRY) private readonly registry: Registry | null,
  ) {}

  async check(): Promise<Health> {
    const matmul = this.config.OHMLIGHT_MATMUL;
    const records = this.registry ? await this.#records(this.registry) : [];
    const models = this.catalogue.list();
    const placements = this.catalogue.placements.map(({ name }) => {
      const waits = models
        .filter(({ placement }) => placement.name === name)
        .map(({ devices }) => (records ? missingFor(devices, matmul, records) : ['Redis']));
      const missing = waits.find((none) => none.length === 0) ?? waits[0] ?? ['a checkpoint that has its layers'];
      return { name, ready: missing.length === 0, missing };
    });
    const reason = !records
      ? 'Redis does not answer; check REDIS_URL'
      : placements.some(({ ready }) => ready)
        ? undefined
        : 'no placement can be served; see what each one misses';
    return {
      status: reason === undefined ? 'ok' : 'unavailable',
      ...(reason !== undefined && { reason }),
      version: VERSION,
      matmul,
      redis: !this.registry ? 'unused' : records ? 'ok' : 'unavailable',
      running: this.engine.running,
      waiting: this.engine.waiting,
      placements,
    };
  }

  /** Live records; undefined where Redis does not answer in time. */
  async #records(registry: Registry): Promise<ServiceRecord[] | undefined> {
    const timeout = new AbortController();
    try {
      return await Promise.race([registry.list(), delay(REDIS_MS, undefined, { signal: timeout.signal })]);
    } catch {
      return undefined;
    } finally {
      timeout.abort();
    }
  }
}
