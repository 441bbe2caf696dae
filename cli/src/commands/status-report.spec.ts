import type { ServiceRecord } from '@ohmlight/contracts';
import { describe, expect, it } from 'vitest';
import type { State } from '../supervisor/state.js';
import { reportStatus } from './status-report.js';

const service = (name: 'gateway' | 'digital-pool', pid: number) => ({
  name,
  service: name,
  pid,
  identity: String(pid),
  startedAt: 0,
  restarts: 0,
});
const state: State = {
  version: 1,
  supervisor: { pid: 1, identity: '1' },
  startedAt: 0,
  url: 'http://127.0.0.1:8000',
  namespace: 'ohmlight',
  cores: { electronic: 1, optical: 1, digital: 1 },
  redis: { url: 'redis://127.0.0.1:7777' },
  services: [service('gateway', 2), service('digital-pool', 3)],
};
const record = (name: ServiceRecord['service'], pid: number, more: Partial<ServiceRecord> = {}): ServiceRecord => ({
  service: name,
  id: `${name}-${pid}`,
  pid,
  version: '0.1.0',
  startedAt: 1_000,
  httpAddress: '127.0.0.1:1',
  state: 'ready',
  ...more,
});
const report = (records: ServiceRecord[] | undefined, dead: number[] = []) =>
  reportStatus({ state, redisUrl: 'redis://x', records, lives: ({ pid }) => !dead.includes(pid), now: 6_000 });

describe('reportStatus', () => {
  it('is up when every recorded process says it is ready', () => {
    const { state: overall, services } = report([record('gateway', 2), record('digital-pool', 3)]);
    expect(overall).toBe('up');
    expect(services.map(({ name, uptime_seconds }) => [name, uptime_seconds])).toEqual([
      ['gateway', 5],
      ['digital-pool', 5],
    ]);
  });

  it.each([
    ['a process has ended', [record('gateway', 2), record('digital-pool', 3)], [3], ['ready', 'down']],
    ['one announces nothing', [record('gateway', 2)], [], ['ready', 'silent']],
    [
      'one is not ready',
      [record('gateway', 2), record('digital-pool', 3, { state: 'starting' })],
      [],
      ['ready', 'starting'],
    ],
    ['Redis does not answer', undefined, [], ['silent', 'silent']],
    ['the supervisor is gone', [record('gateway', 2), record('digital-pool', 3)], [1], ['ready', 'ready']],
  ])('is degraded when %s', (_, records, dead, states) => {
    const { state: overall, services } = report(records, dead);
    expect(overall).toBe('degraded');
    expect(services.map((entry) => entry.state)).toEqual(states);
  });

  it('lists processes of the namespace that it did not start, and does not lean on them', () => {
    const { state: overall, services } = report([
      record('gateway', 2),
      record('digital-pool', 3),
      record('optical-core', 9, { state: 'starting' }),
    ]);
    expect(overall).toBe('up');
    expect(services.at(-1)).toMatchObject({ name: 'optical-core-9', state: 'starting' });
  });
});
