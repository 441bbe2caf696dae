import { HEARTBEAT_MS, RECORD_TTL_MS, type ServiceRecord } from '@ohmlight/contracts';
import type { Registry } from './registry.js';

/** Renews a process's record every HEARTBEAT_MS until stopped, then removes it. */
export class Heartbeat {
  readonly #registry: Registry;
  readonly #record: () => ServiceRecord;
  readonly #onError: (error: unknown) => void;
  #timer: NodeJS.Timeout | undefined;
  #underWay = false;

  constructor(registry: Registry, record: () => ServiceRecord, onError: (error: unknown) => void) {
    this.#registry = registry;
    this.#record = record;
    this.#onError = onError;
  }

  /** Publishes at once and then at every beat; a failed beat is reported and the next one tries again. */
  async start(): Promise<void> {
    await this.beat();
    this.#timer = setInterval(() => {
      // While Redis is away a beat waits; further ones would only pile up behind it.
      if (this.#underWay) return;
      this.#underWay = true;
      this.beat()
        .catch(this.#onError)
        .finally(() => (this.#underWay = false));
    }, HEARTBEAT_MS);
  }

  /** Publishes now, out of turn: after a change that others wait for. */
  async beat(): Promise<void> {
    await this.#registry.publish(this.#record(), RECORD_TTL_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#registry.remove(this.#record().id);
  }
}
