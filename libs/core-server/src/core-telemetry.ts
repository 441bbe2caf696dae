import type { OhmlightError, Pool, proto, ShardSpec, Telemetry } from '@ohmlight/contracts';
import type { Logger, Metrics } from '@ohmlight/telemetry';
import type { JobObserver } from './grpc/job-runner.js';
import type { ShardStore } from './shard-store.js';

/** Keeps the core's metrics and logs. */
export class CoreTelemetry implements JobObserver {
  readonly #pool: Pool;
  readonly #metrics: Metrics;
  readonly #log: Logger;

  constructor(pool: Pool, metrics: Metrics, log: Logger) {
    this.#pool = pool;
    this.#metrics = metrics;
    this.#log = log;
  }

  done(spec: ShardSpec | undefined, engineSeconds: number, telemetry: Telemetry): void {
    const labels = this.#labels(spec);
    this.#metrics.add('ohmlight_core_executions_total', { ...labels, outcome: 'ok' });
    this.#metrics.observe('ohmlight_core_engine_seconds', labels, engineSeconds);
    const { dacSaturated, adcSaturated } = telemetry;
    if (dacSaturated > 0) this.#saturated(labels, 'dac', dacSaturated);
    if (adcSaturated > 0) this.#saturated(labels, 'adc', adcSaturated);
  }

  failed(spec: ShardSpec | undefined, request: proto.ExecuteRequest, error: OhmlightError): void {
    const { code, message } = error;
    this.#metrics.add('ohmlight_core_executions_total', { ...this.#labels(spec), outcome: code });
    const line = { request_id: request.requestId, shard: request.shardId, code };
    if (code === 'internal_error') this.#log.error({ ...line, err: error.cause ?? error }, message);
    else this.#log.debug(line, message);
  }

  /** Brings the gauges in line with what the store holds. */
  shardsChanged(store: ShardStore): void {
    const counts = new Map(store.profiles.map((profile) => [profile, 0]));
    for (const { spec } of store.list()) counts.set(spec.profile, (counts.get(spec.profile) ?? 0) + 1);
    for (const [profile, count] of counts)
      this.#metrics.set('ohmlight_core_shards', { pool: this.#pool, profile }, count);
    this.#metrics.set('ohmlight_core_resident_bytes', { pool: this.#pool }, store.residentBytes);
  }

  #labels(spec: ShardSpec | undefined): { pool: string; profile: string; op: string } {
    return { pool: this.#pool, profile: spec?.profile ?? 'unknown', op: spec?.operation ?? 'unknown' };
  }

  #saturated(labels: { pool: string; profile: string; op: string }, converter: string, count: number): void {
    this.#metrics.add('ohmlight_core_saturated_conversions_total', { ...labels, converter }, count);
  }
}
