import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { advertisedHost, baseEnvironment, checkpointEnvironment, readEnvironment } from './config.js';

const all = { ...baseEnvironment, ...checkpointEnvironment };

describe('readEnvironment', () => {
  it('has a default for everything that a service needs on one machine', () => {
    expect(readEnvironment(all, {})).toEqual({
      REDIS_URL: 'redis://127.0.0.1:6379',
      OHMLIGHT_NAMESPACE: 'ohmlight',
      OHMLIGHT_LOG_LEVEL: 'info',
      OHMLIGHT_HOST: '127.0.0.1',
      OHMLIGHT_METRICS_PORT: 0,
      OHMLIGHT_PROFILES: 'profiles',
      OHMLIGHT_CHECKPOINTS: { nano: 'models/nano' },
      OHMLIGHT_SHARD_COLUMNS: 1024,
      OHMLIGHT_CHIP_SEED: 1n,
    });
  });

  it('takes an empty variable for an absent one', () => {
    const environment = readEnvironment(all, { OHMLIGHT_METRICS_PORT: '', OHMLIGHT_ADVERTISE_HOST: '' });
    expect(environment.OHMLIGHT_METRICS_PORT).toBe(0);
    expect(environment.OHMLIGHT_ADVERTISE_HOST).toBeUndefined();
  });

  it('gives a frozen, typed object of the named variables only', () => {
    const environment = readEnvironment(all, {
      OHMLIGHT_METRICS_PORT: '9464',
      OHMLIGHT_CHIP_SEED: '18446744073709551615',
      HOME: '/root',
    });
    expect(environment.OHMLIGHT_METRICS_PORT).toBe(9464);
    expect(environment.OHMLIGHT_CHIP_SEED).toBe(0xffff_ffff_ffff_ffffn);
    expect(environment).not.toHaveProperty('HOME');
    expect(Object.isFrozen(environment)).toBe(true);
  });

  it('reads checkpoints as name=directory, spaces around a part allowed', () => {
    expect(readEnvironment(all, { OHMLIGHT_CHECKPOINTS: 'nano=models/nano, big=/data/b g ' }).OHMLIGHT_CHECKPOINTS) //
      .toEqual({ nano: 'models/nano', big: '/data/b g' });
    expect(() => readEnvironment(all, { OHMLIGHT_CHECKPOINTS: 'nano' })).toThrow(
      'OHMLIGHT_CHECKPOINTS: "nano" is not name=directory',
    );
  });

  it('names every variable at fault, one a line', () => {
    const read = () =>
      readEnvironment(all, {
        OHMLIGHT_METRICS_PORT: '70000',
        OHMLIGHT_NAMESPACE: 'Upper Case',
        OHMLIGHT_LOG_LEVEL: 'loud',
        OHMLIGHT_CHIP_SEED: '-1',
      });
    let message = '';
    try {
      read();
    } catch (error) {
      message = (error as Error).message;
    }
    const names = message.split('\n').map((line) => line.slice(0, line.indexOf(':')));
    expect(names.sort()).toEqual([
      'OHMLIGHT_CHIP_SEED',
      'OHMLIGHT_LOG_LEVEL',
      'OHMLIGHT_METRICS_PORT',
      'OHMLIGHT_NAMESPACE',
    ]);
  });

  it.each([
    ['OHMLIGHT_METRICS_PORT', 'abc'],
    ['OHMLIGHT_METRICS_PORT', '1.5'],
    ['OHMLIGHT_CHIP_SEED', 'abc'],
    ['OHMLIGHT_CHIP_SEED', '18446744073709551616'],
    ['OHMLIGHT_SHARD_COLUMNS', '255'],
  ])('refuses %s=%s', (name, value) => {
    expect(() => readEnvironment(all, { [name]: value })).toThrow(new RegExp(`^${name}: `));
  });

  it("reads a service's own variables beside the common ones", () => {
    const shape = { ...baseEnvironment, OHMLIGHT_CONCURRENCY: z.coerce.number().int().positive() };
    expect(readEnvironment(shape, { OHMLIGHT_CONCURRENCY: '4' }).OHMLIGHT_CONCURRENCY).toBe(4);
    expect(() => readEnvironment(shape, {})).toThrow(/^OHMLIGHT_CONCURRENCY: /);
  });
});

describe('advertisedHost', () => {
  it.each([
    [{ OHMLIGHT_HOST: '127.0.0.1' }, '127.0.0.1'],
    [{ OHMLIGHT_HOST: '0.0.0.0' }, hostname()],
    [{ OHMLIGHT_HOST: '::' }, hostname()],
    [{ OHMLIGHT_HOST: '0.0.0.0', OHMLIGHT_ADVERTISE_HOST: '10.1.2.3' }, '10.1.2.3'],
  ])('of %o is %s', (environment, host) => {
    expect(advertisedHost(environment)).toBe(host);
  });
});
