import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readPromql } from './promql.js';
import { checkQueries, root } from './promtool.js';

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly datasource?: { readonly uid: string };
  readonly fieldConfig?: { readonly defaults: { readonly unit?: string } };
  readonly targets?: readonly { readonly refId: string; readonly expr: string; readonly datasource: { uid: string } }[];
}
interface Dashboard {
  readonly uid: string;
  readonly schemaVersion: number;
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { name: string; definition: string; datasource: { uid: string } }[] };
}

const read = (path: string) => readFileSync(join(root, path), 'utf8');
const dashboard = JSON.parse(read('deploy/grafana/dashboards/ohmlight.json')) as Dashboard;
const panels = dashboard.panels.filter((panel) => panel.type !== 'row');
const queries = panels.flatMap((panel) => panel.targets!.map(({ refId, expr }) => ({ panel, refId, expr })));

/** The expression with Grafana's variables as Grafana would fill them. */
const filled = (expression: string) =>
  expression
    .replaceAll('$__rate_interval', '1m')
    .replaceAll('$__range', '30m')
    .replaceAll(/\$(model|placement)\b/g, '.*');

describe('deploy/grafana', () => {
  it('asks the datasource that is provisioned', () => {
    const { datasources } = parse(read('deploy/grafana/provisioning/datasources/prometheus.yml')) as {
      datasources: { uid: string }[];
    };
    const asked = new Set([
      ...panels.flatMap((panel) => [panel.datasource!.uid, ...panel.targets!.map((target) => target.datasource.uid)]),
      ...dashboard.templating.list.map((variable) => variable.datasource.uid),
    ]);
    expect([...asked]).toEqual(datasources.map(({ uid }) => uid));
  });

  it('provisions the folder that compose mounts', () => {
    const { providers } = parse(read('deploy/grafana/provisioning/dashboards/ohmlight.yml')) as {
      providers: { options: { path: string } }[];
    };
    const { services } = parse(read('docker-compose.yml'), { merge: true }) as {
      services: { grafana: { volumes: string[]; environment: Record<string, string> } };
    };
    const path = providers[0]!.options.path;
    expect(services.grafana.volumes).toContain(`./deploy/grafana/dashboards:${path}:ro`);
    expect(services.grafana.environment['GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH']).toBe(`${path}/ohmlight.json`);
  });

  it.each(queries.map(({ panel, refId, expr }) => [panel.title, refId, expr]))(
    '"%s" (%s) reads series and labels of the catalogue',
    (_, __, expr) => {
      expect(readPromql(expr).faults).toEqual([]);
    },
  );

  it('has only queries that Prometheus parses, variables filled', () => {
    expect(checkQueries(queries.map(({ expr }) => filled(expr)))).toContain(`${queries.length} rules found`);
    expect(queries.map(({ expr }) => filled(expr)).join('\n')).not.toContain('$');
  });

  it('has variables over labels that exist', () => {
    expect(dashboard.templating.list.map(({ name }) => name)).toEqual(['model', 'placement']);
    for (const { definition, name } of dashboard.templating.list) {
      const [, selector, label] = /^label_values\((.*), (\w+)\)$/.exec(definition)!;
      expect(label).toBe(name);
      expect(readPromql(`sum by (${label}) (${filled(selector!)})`).faults).toEqual([]);
    }
  });

  it('never sets modelled and wall time on one axis', () => {
    const isModelled = (metric: string) => metric.startsWith('ohmlight_modelled_');
    for (const panel of panels.filter(({ type }) => type === 'timeseries')) {
      const seconds = panel
        .targets!.flatMap(({ expr }) => readPromql(expr).metrics)
        .filter((metric) => /_seconds(_total)?$/.test(metric));
      const kinds = new Set(seconds.map((metric) => isModelled(metric)));
      expect([panel.title, kinds.size]).toEqual([panel.title, Math.min(1, seconds.length)]);
    }
  });

  it('names, explains and gives a unit to every panel', () => {
    const bare = panels.filter(
      ({ type, title, description, fieldConfig }) =>
        title === '' || (description ?? '').length < 20 || (type !== 'table' && !fieldConfig!.defaults.unit),
    );
    expect(bare).toEqual([]);
    expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length);
  });

  it('lays its panels out without overlap, inside 24 columns, under ids of their own', () => {
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
    const taken = new Map<string, string>();
    for (const { title, gridPos } of dashboard.panels) {
      expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++)
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect([title, taken.get(`${x},${y}`)]).toEqual([title, undefined]);
          taken.set(`${x},${y}`, title);
        }
    }
  });
});
