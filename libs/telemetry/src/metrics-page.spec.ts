import { COMPONENTS, OPERATIONS, POOLS, SERVICES } from '@ohmlight/contracts';
import { readFileSync } from 'node:fs';
import { Histogram } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { CATALOGUE, type MetricSpec } from './catalogue.js';
import { Metrics } from './metrics.js';

const page = readFileSync(new URL('../../../docs/reference/metrics.md', import.meta.url), 'utf8');

/** Cells of every table row of the page whose table has `columns` columns, heads and rules left out. */
const rows = (columns: number): string[][] =>
  page
    .split('\n')
    .filter((line) => line.startsWith('|') && !line.startsWith('|--'))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    )
    .filter((cells) => cells.length === columns);

const words = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1]!);

const series = new Map(
  rows(2)
    .filter(([, bounds]) => /^[-\d.e ]+$/.test(bounds!))
    .map(([name, bounds]) => [name!, bounds!.split(' ').map(Number)]),
);

const cores = ['analog-crossbar', 'optical-core', 'digital-pool'];
const servicesOf = (cell: string) => (cell === 'all' ? SERVICES : cell === 'cores' ? cores : cell.split(', '));

interface Entry {
  type: string;
  labels: string[];
  services: readonly string[];
  buckets: readonly number[] | undefined;
  help: string;
}

const listed = new Map<string, Entry>();
const repeated: string[] = [];
for (const [name, type, labels, services, buckets, help] of rows(6).filter(([first]) => first!.startsWith('`'))) {
  const [metric] = words(name!);
  if (listed.has(metric!)) repeated.push(metric!);
  listed.set(metric!, {
    type: type!,
    labels: words(labels!),
    services: servicesOf(services!),
    buckets: buckets === '' ? undefined : series.get(buckets!),
    help: help!,
  });
}

const fromSpec = (spec: MetricSpec): Entry => ({
  type: spec.type,
  labels: [...spec.labels],
  services: spec.services,
  buckets: spec.buckets,
  help: spec.help,
});

describe('docs/reference/metrics.md', () => {
  it('lists every metric of the catalogue once, and no other', () => {
    expect([...listed.keys()].sort()).toEqual(Object.keys(CATALOGUE).sort());
    expect(repeated).toEqual([]);
  });

  it.each(Object.entries(CATALOGUE) as [string, MetricSpec][])('tells %s as the catalogue does', (name, spec) => {
    const entry = listed.get(name)!;
    expect({ ...entry, services: [...entry.services].sort() }).toEqual({
      ...fromSpec(spec),
      services: [...spec.services].sort(),
    });
  });

  it.each(SERVICES)("lists what the %s's registry serves", async (service) => {
    const { registry } = new Metrics(service, '0');
    const served = new Map<string, Omit<Entry, 'services'>>();
    for (const { name, help, type } of await registry.getMetricsAsJSON()) {
      // Node's own metrics are prom-client's to document.
      if (/^(process|nodejs)_/.test(name)) continue;
      const metric = registry.getSingleMetric(name) as unknown as { labelNames: string[]; upperBounds?: number[] };
      const buckets = metric instanceof Histogram ? metric.upperBounds : undefined;
      served.set(name, { type: String(type), labels: [...metric.labelNames], buckets, help });
    }
    const promised = new Map(
      [...listed]
        .filter(([, entry]) => entry.services.includes(service))
        .map(([name, { type, labels, buckets, help }]) => [name, { type, labels, buckets, help }]),
    );
    expect(Object.fromEntries(served)).toEqual(Object.fromEntries(promised));
  });

  it.each([
    ['service', SERVICES],
    ['pool', POOLS],
    // What no matrix takes is booked beside the operations.
    ['op', [...OPERATIONS, 'digital_unit', 'standby']],
    ['component', COMPONENTS],
  ] as const)('lists the values of the label %s', (label, values) => {
    const row = rows(2).find(([name]) => name === `\`${label}\``);
    expect(words(row![1]!)).toEqual(values);
  });
});
