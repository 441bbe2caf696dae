import { type ServiceRecord, VERSION } from '@ohmlight/contracts';
import { Heartbeat, type Registry } from '@ohmlight/registry';
import type { Logger } from '@ohmlight/telemetry';

/** Tells the registry that this gateway lives, until it stops. */
export class Announcement {
  readonly #heartbeat: Heartbeat;
  #state: ServiceRecord['state'] = 'ready';

  /** @param httpAddress host:port of the API */
  constructor(registry: Registry, id: string, httpAddress: string, log: Logger) {
    const startedAt = Date.now();
    const record = (): ServiceRecord => ({
      service: 'gateway',
      id,
      pid: process.pid,
      version: VERSION,
      startedAt,
      httpAddress,
      state: this.#state,
    });
    this.#heartbeat = new Heartbeat(registry, record, (err) => log.warn({ err }, 'heartbeat failed'));
  }

  async start(): Promise<void> {
    await this.#heartbeat.start();
  }

  /** Tells that the process takes no new work. */
  async stopping(): Promise<void> {
    this.#state = 'stopping';
    await this.#heartbeat.beat();
  }

  async stop(): Promise<void> {
    await this.#heartbeat.stop();
  }
}
