import { SERVICES } from '@ohmlight/contracts';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { root } from './promtool.js';

interface ComposeService {
  readonly image: string;
  readonly build?: { readonly context: string; readonly dockerfile: string; readonly target: string };
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly depends_on?: Readonly<Record<string, unknown>> | readonly string[];
}
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const compose = parse(read('docker-compose.yml'), { merge: true }) as {
  services: Record<string, ComposeService>;
  volumes: Record<string, unknown>;
};
const services = Object.entries(compose.services);
const dockerfile = read('deploy/docker/Dockerfile');
const manifest = (path: string) =>
  JSON.parse(read(path)) as { version: string; devDependencies: Record<string, string> };

describe('docker-compose.yml', () => {
  it('runs every service, each from a target of its own', () => {
    const built = services.filter(([, service]) => service.build);
    expect(built.map(([name]) => name).sort()).toEqual([...SERVICES].sort());
    for (const [name, { build, image }] of built) {
      expect(build).toEqual({ context: '.', dockerfile: 'deploy/docker/Dockerfile', target: name });
      expect(image).toBe(`ohmlight/${name}:${manifest('package.json').version}`);
      expect(dockerfile).toMatch(new RegExp(`^FROM \\S+ AS ${name}$`, 'm'));
    }
  });

  it('has no top-level key that docker-compose 1.29 refuses', () => {
    const keys = Object.keys(compose).filter((key) => !key.startsWith('x-'));
    expect(keys.sort()).toEqual(['services', 'volumes']);
  });

  it('publishes on the loopback address only', () => {
    const published = services.flatMap(([, service]) => service.ports ?? []);
    expect(published).toHaveLength(3);
    for (const port of published) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  it('mounts what exists, and declares its volumes', () => {
    for (const [source] of services.flatMap(([, { volumes }]) => (volumes ?? []).map((volume) => volume.split(':'))))
      expect([
        source,
        source!.startsWith('./') ? existsSync(join(root, source!)) : (source ?? '') in compose.volumes,
      ]).toEqual([source, true]);
  });

  it('waits for services that it runs', () => {
    const awaited = services.flatMap(([, { depends_on: on }]) => (Array.isArray(on) ? on : Object.keys(on ?? {})));
    expect(awaited.filter((name: string) => !(name in compose.services))).toEqual([]);
  });

  it('sets only variables that the code reads', () => {
    const sources = ['libs', 'services']
      .flatMap((folder) => readdirSync(join(root, folder)).map((name) => join(folder, name, 'src')))
      .flatMap((folder) =>
        readdirSync(join(root, folder), { recursive: true }).map((name) => join(folder, String(name))),
      )
      .filter((path) => path.endsWith('.ts') && !path.endsWith('.spec.ts'))
      .map(read);
    const set = new Set(services.filter(([, { build }]) => build).flatMap(([, s]) => Object.keys(s.environment ?? {})));
    expect([...set].filter((name) => !sources.some((source) => source.includes(name)))).toEqual([]);
  });
});

describe('deploy/docker/Dockerfile', () => {
  it('pins the Node that package.json pins', () => {
    const version = manifest('package.json').devDependencies['node'];
    const bases = [...dockerfile.matchAll(/^FROM (node:\S+)/gm)].map((match) => match[1]);
    expect([...new Set(bases)]).toEqual([`node:${version}-bookworm-slim`]);
  });

  it('runs every service as a user that is not root', () => {
    const users = [...dockerfile.matchAll(/^USER (\S+)/gm)].map((match) => match[1]);
    expect(users).toEqual(['1000:1000']);
    for (const service of SERVICES) expect(dockerfile).toMatch(new RegExp(`^FROM runtime AS ${service}$`, 'm'));
  });
});

describe('deploy/prometheus/prometheus.yml', () => {
  it('scrapes every service of the stack, each on the port where it serves metrics', () => {
    const { scrape_configs: jobs } = parse(read('deploy/prometheus/prometheus.yml')) as {
      scrape_configs: { job_name: string; dns_sd_configs: { names: string[]; port: number }[] }[];
    };
    const scraped = jobs.map(({ job_name: job, dns_sd_configs: [dns] }) => [
      job,
      { names: dns!.names, port: dns!.port },
    ]);
    const served = SERVICES.map((name) => {
      const environment = compose.services[name]!.environment!;
      const port = environment[name === 'gateway' ? 'OHMLIGHT_PORT' : 'OHMLIGHT_METRICS_PORT'];
      return [name, { names: [name], port }];
    });
    expect(Object.fromEntries(scraped)).toEqual(Object.fromEntries(served));
  });
});
