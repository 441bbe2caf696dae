import { ERRORS } from '@ohmlight/contracts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readPromql } from './promql.js';
import { checkQueries, promtool, root } from './promtool.js';

interface Rule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
}
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const rulesOf = (path: string): Rule[] =>
  (parse(read(path)) as { groups: { rules: Rule[] }[] }).groups.flatMap((group) => group.rules);

const recording = rulesOf('deploy/prometheus/rules/recording.yml');
const alerts = rulesOf('deploy/prometheus/rules/alerts.yml');
const recorded = new Set(recording.map((rule) => rule.record!));

describe('deploy/prometheus', () => {
  it('is a configuration that Prometheus takes, rules included', () => {
    expect(promtool('check', 'config', 'deploy/prometheus/prometheus.yml')).toContain(
      'prometheus.yml is valid prometheus config file syntax',
    );
  });

  it('has rules that give what their unit tests say', () => {
    expect(promtool('test', 'rules', 'deploy/prometheus/tests/rules.test.yml')).toContain('SUCCESS');
  });

  it.each([...recording, ...alerts].map((rule) => [rule.record ?? rule.alert!, rule.expr]))(
    '%s reads series and labels of the catalogue',
    (_, expr) => {
      expect(readPromql(expr, recorded).faults).toEqual([]);
    },
  );

  it('tests every rule', () => {
    const tests = read('deploy/prometheus/tests/rules.test.yml');
    const untested = [...recording, ...alerts]
      .map((rule) => rule.record ?? rule.alert!)
      .filter((name) => !tests.includes(name));
    // These two are seen through the alerts that read them.
    expect(untested).toEqual([
      'ohmlight:request_errors:faults_rate5m',
      'ohmlight:request_faults:share5m',
      'pool:ohmlight_matmul_job_failures:share5m',
    ]);
  });

  it("counts as a client's own mistake every code that the error table calls one", () => {
    const rule = recording.find(({ record }) => record === 'ohmlight:request_errors:faults_rate5m')!;
    const listed = /code!~"([^"]+)"/.exec(rule.expr)![1]!.split('|');
    const own = Object.entries(ERRORS)
      .filter(([, row]) => row.type === 'invalid_request_error')
      .map(([code]) => code);
    expect(listed.sort()).toEqual(own.sort());
  });
});

describe('docs/guides/observe.md', () => {
  const queries = [...read('docs/guides/observe.md').matchAll(/```promql\n([^`]+)```/g)].map((match) =>
    match[1]!.trim(),
  );

  it.each(queries)('%s reads series and labels of the catalogue', (query) => {
    expect(readPromql(query, recorded).faults).toEqual([]);
  });

  it('has only queries that Prometheus parses', () => {
    expect(queries.length).toBeGreaterThan(5);
    expect(checkQueries(queries)).toContain(`${queries.length} rules found`);
  });

  it('names recording rules that exist', () => {
    const named = [...read('docs/guides/observe.md').matchAll(/`(\w+:\w+:\w+)`/g)].map((match) => match[1]!);
    expect(named.filter((name) => !recorded.has(name) && name !== 'level:metric:operation')).toEqual([]);
  });
});
