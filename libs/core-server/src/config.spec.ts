import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { readCoreConfig } from './config.js';

describe('readCoreConfig', () => {
  it('has a default for everything', () => {
    expect(readCoreConfig('optical-core', {})).toEqual({
      coreId: expect.stringMatching(new RegExp(`^optical-core-${process.pid}-[0-9a-f]{6}$`)),
      redisUrl: 'redis://127.0.0.1:6379',
      namespace: 'ohmlight',
      logLevel: 'info',
      host: '127.0.0.1',
      advertiseHost: '127.0.0.1',
      grpcPort: 0,
      metricsPort: 0,
      profiles: 'profiles',
      capacityBytes: 4096e6,
      engine: { path: undefined, threads: Math.min(4, availableParallelism()) },
    });
  });

  it('takes what is set', () => {
    const env = { OHMLIGHT_CORE_ID: 'core-1', OHMLIGHT_CAPACITY_MB: '0.5', OHMLIGHT_GRPC_PORT: '50051' };
    expect(readCoreConfig('optical-core', env)).toMatchObject({
      coreId: 'core-1',
      capacityBytes: 500_000,
      grpcPort: 50_051,
    });
    expect(readCoreConfig('optical-core', { OHMLIGHT_THREADS: '3', OHMLIGHT_ENGINE: 'portable' }).engine).toEqual({
      path: 'portable',
      threads: 3,
    });
  });

  it.each([
    ['OHMLIGHT_CAPACITY_MB', 'lots'],
    ['OHMLIGHT_CAPACITY_MB', '0'],
    ['OHMLIGHT_THREADS', '0'],
    ['OHMLIGHT_ENGINE', 'fast'],
    ['OHMLIGHT_CORE_ID', 'a b'],
    ['OHMLIGHT_GRPC_PORT', '65536'],
    ['OHMLIGHT_GRPC_PORT', '-1'],
  ])('refuses %s=%s by name', (variable, value) => {
    expect(() => readCoreConfig('optical-core', { [variable]: value })).toThrow(variable);
  });
});
