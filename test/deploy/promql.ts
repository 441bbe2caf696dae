import { CATALOGUE, type MetricName, type MetricSpec } from '@ohmlight/telemetry';

/** Labels that Prometheus adds to what a service serves. */
const TARGET_LABELS = ['job', 'instance'];

const catalogue: Record<string, MetricSpec> = CATALOGUE;

/** The catalogue's entry of a series: a histogram is served as NAME_bucket, NAME_sum and NAME_count. */
function specOf(series: string): MetricSpec | undefined {
  const own = catalogue[series];
  if (own) return own.type === 'histogram' ? undefined : own;
  const histogram = catalogue[series.replace(/_(bucket|sum|count)$/, '')];
  return histogram?.type === 'histogram' ? histogram : undefined;
}

export interface Reading {
  /** Metrics of the catalogue that the expression reads. */
  readonly metrics: MetricName[];
  /** What is wrong with it: unknown series, labels that no series it reads has. */
  readonly faults: string[];
}

/**
 * Holds a PromQL expression to the catalogue: every `ohmlight_` series exists and is read as its type is served,
 * and every label it matches, sums by or joins on is one of the expression's series'. `recorded` are the names of
 * recording rules. Whether the expression is PromQL at all is promtool's to say.
 */
export function readPromql(expression: string, recorded: ReadonlySet<string> = new Set()): Reading {
  const metrics: MetricName[] = [];
  const faults: string[] = [];
  const known = new Set(TARGET_LABELS);
  const withoutStrings = expression.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""');

  for (const [name] of withoutStrings.matchAll(/[a-z_:]*ohmlight[a-z0-9_:]*/g)) {
    if (name.includes(':')) {
      if (!recorded.has(name)) faults.push(`${name} is no recording rule`);
      // A recorded series keeps the labels of its level, the first part of its name.
      for (const label of name.split(':')[0]!.split('_')) known.add(label);
      continue;
    }
    const spec = specOf(name);
    if (!spec) {
      faults.push(`${name} is not in the catalogue, or not served under that name`);
      continue;
    }
    metrics.push((catalogue[name] ? name : name.replace(/_(bucket|sum|count)$/, '')) as MetricName);
    for (const label of spec.labels) known.add(label);
    if (name.endsWith('_bucket')) known.add('le');
  }

  for (const [, list] of withoutStrings.matchAll(/\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)/g))
    for (const label of list!.split(',').map((text) => text.trim()))
      if (label && !known.has(label)) faults.push(`no series of the expression has the label ${label}`);

  for (const [, series, matchers] of withoutStrings.matchAll(/([a-z_:]*)\{([^}]*)\}/g)) {
    const own = specOf(series!);
    for (const matcher of matchers!.split(',')) {
      const label = matcher.split(/[=!]/)[0]!.trim();
      const has = own ? [...own.labels, ...TARGET_LABELS, 'le'].includes(label) : known.has(label);
      if (label && !has) faults.push(`${series} has no label ${label}`);
    }
  }
  return { metrics, faults };
}
