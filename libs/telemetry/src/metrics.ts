import type { ServiceName } from '@ohmlight/contracts';
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { CATALOGUE, type MetricName, type MetricSpec } from './catalogue.js';

type NamesOf<T extends MetricSpec['type']> = {
  [N in MetricName]: (typeof CATALOGUE)[N]['type'] extends T ? N : never;
}[MetricName];
type LabelsOf<N extends MetricName> = Record<(typeof CATALOGUE)[N]['labels'][number], string>;

function startAtZero(counter: Counter, { labels, values = [] }: MetricSpec): Counter {
  for (const value of values) counter.inc({ [labels[0]!]: value }, 0);
  return counter;
}

/** A service's metrics: every one of the catalogue that names the service, and Node's own. */
export class Metrics {
  readonly registry = new Registry();
  readonly #metrics = new Map<string, Counter | Gauge | Histogram>();

  constructor(service: ServiceName, version: string) {
    for (const [name, spec] of Object.entries(CATALOGUE) as [MetricName, MetricSpec][]) {
      if (!spec.services.includes(service)) continue;
      const options = { name, help: spec.help, labelNames: [...spec.labels], registers: [this.registry] };
      if (spec.type === 'counter') this.#metrics.set(name, startAtZero(new Counter(options), spec));
      else if (spec.type === 'gauge') this.#metrics.set(name, new Gauge(options));
      else this.#metrics.set(name, new Histogram({ ...options, buckets: [...spec.buckets!] }));
    }
    collectDefaultMetrics({ register: this.registry });
    this.set('ohmlight_build_info', { version, service }, 1);
  }

  #get(name: string): Counter | Gauge | Histogram {
    const metric = this.#metrics.get(name);
    if (!metric) throw new Error(`metric ${name} does not belong to this service`);
    return metric;
  }

  /** Adds to a counter. */
  add<N extends NamesOf<'counter'>>(name: N, labels: LabelsOf<N>, value = 1): void {
    (this.#get(name) as Counter).inc(labels, value);
  }

  set<N extends NamesOf<'gauge'>>(name: N, labels: LabelsOf<N>, value: number): void {
    (this.#get(name) as Gauge).set(labels, value);
  }

  observe<N extends NamesOf<'histogram'>>(name: N, labels: LabelsOf<N>, value: number): void {
    (this.#get(name) as Histogram).observe(labels, value);
  }
}
