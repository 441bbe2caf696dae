import { ERRORS, SERVICES } from '@ohmlight/contracts';
import { describe, expect, it } from 'vitest';
import { CATALOGUE, type MetricName, type MetricSpec, logBuckets } from './catalogue.js';
import { Metrics } from './metrics.js';

const specs = Object.entries(CATALOGUE) as [MetricName, MetricSpec][];

describe('Metrics', () => {
  it('adds, sets and observes under the labels of the catalogue', async () => {
    const metrics = new Metrics('dispatcher', '0');
    const job = { pool: 'optical', profile: 'homodyne-basic', op: 'qkv' };
    metrics.add('ohmlight_matmul_jobs_total', { ...job, outcome: 'ok' });
    metrics.add('ohmlight_matmul_jobs_total', { ...job, outcome: 'ok' }, 2);
    metrics.set('ohmlight_cores', { pool: 'optical' }, 2);
    metrics.observe('ohmlight_matmul_wall_seconds', job, 0.003);
    const text = await metrics.registry.metrics();
    expect(text).toContain(
      'ohmlight_matmul_jobs_total{pool="optical",profile="homodyne-basic",op="qkv",outcome="ok"} 3',
    );
    expect(text).toContain('ohmlight_cores{pool="optical"} 2');
    expect(text).toContain(
      'ohmlight_matmul_wall_seconds_bucket{le="0.002",pool="optical",profile="homodyne-basic",op="qkv"} 0',
    );
    expect(text).toContain(
      'ohmlight_matmul_wall_seconds_bucket{le="0.005",pool="optical",profile="homodyne-basic",op="qkv"} 1',
    );
  });

  it('refuses a metric that belongs to another service', () => {
    expect(() => new Metrics('gateway', '0').set('ohmlight_cores', { pool: 'optical' }, 1)).toThrow(
      'metric ohmlight_cores does not belong to this service',
    );
  });

  it('keeps two registries in one process apart', async () => {
    const [one, other] = [new Metrics('gateway', '0'), new Metrics('gateway', '0')];
    one.add('ohmlight_request_errors_total', { code: 'overloaded' });
    expect(await one.registry.metrics()).toContain('ohmlight_request_errors_total{code="overloaded"} 1');
    expect(await other.registry.metrics()).toContain('ohmlight_request_errors_total{code="overloaded"} 0');
  });

  it('serves every error code from the start, so that a rate sees the first of each', async () => {
    const { values } = (await new Metrics('gateway', '0').registry
      .getSingleMetric('ohmlight_request_errors_total')!
      .get()) as { values: { value: number; labels: { code?: string } }[] };
    expect(values.map(({ labels }) => labels.code)).toEqual(Object.keys(ERRORS));
    expect(values.every(({ value }) => value === 0)).toBe(true);
  });
});

describe('CATALOGUE', () => {
  it.each(specs)("%s follows Prometheus' naming", (name, spec) => {
    expect(name).toMatch(/^ohmlight_[a-z0-9_]+$/);
    expect(name.endsWith('_total')).toBe(spec.type === 'counter');
    expect(name).not.toMatch(/_(milliseconds|ms|millijoules|percent|kilobytes)(_|$)/);
    expect(new Set(spec.labels).size).toBe(spec.labels.length);
    for (const label of spec.labels) expect(label).toMatch(/^[a-z_]+$/);
    expect(spec.labels).not.toContain('le');
    expect(spec.help).toMatch(/^[A-Z].*[^.]$/);
    expect(spec.services.length).toBeGreaterThan(0);
    for (const service of spec.services) expect(SERVICES).toContain(service);
  });

  it.each(specs.filter(([, spec]) => spec.values))('%s has one label for its values', (_, spec) => {
    expect([spec.type, spec.labels.length]).toEqual(['counter', 1]);
  });

  it.each(specs.filter(([, spec]) => spec.type === 'histogram'))('%s has rising buckets', (_, spec) => {
    expect(spec.buckets!.length).toBeGreaterThan(1);
    expect(spec.buckets).toEqual([...new Set(spec.buckets)].toSorted((a, b) => a - b));
  });
});

describe('logBuckets', () => {
  it('steps 1, 2, 5 through the decades, both ends included', () => {
    expect(logBuckets(1e-3, 1e-1)).toEqual([0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1]);
    expect(logBuckets(1e-9, 1e-1)).toHaveLength(25);
  });
});
