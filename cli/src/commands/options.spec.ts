import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../paths.js';
import { ONE_CORE_EACH, parseCheckpoint, parseCores, parsePlacements, parsePort, planFrom } from './options.js';

describe('parsers', () => {
  it.each(['0', '65536', '80a', '-1', ''])('refuse port %j', (text) => {
    expect(() => parsePort(text)).toThrow('port from 1 to 65535');
  });

  it('take cores of a pool, one after the other', () => {
    expect(parseCores('optical=3', parseCores('electronic=2', ONE_CORE_EACH))).toEqual({
      electronic: 2,
      optical: 3,
      digital: 1,
    });
  });

  it.each(['electronic', 'electronic=0', 'electronic=65', 'crossbar=1', 'digital=x'])('refuse cores %j', (text) => {
    expect(() => parseCores(text, ONE_CORE_EACH)).toThrow('electronic, optical, digital');
  });

  it('take placements once each', () => {
    expect(parsePlacements('hybrid, digital-fp32,hybrid')).toEqual(['hybrid', 'digital-fp32']);
    expect(() => parsePlacements('a,,b')).toThrow('separated by commas');
  });

  it('take checkpoints, made absolute', () => {
    expect(parseCheckpoint('a=/x=y', { b: '/z' })).toEqual({ b: '/z', a: '/x=y' });
    expect(parseCheckpoint('a=x')).toEqual({ a: join(process.cwd(), 'x') });
    expect(() => parseCheckpoint('/models/a')).toThrow('name=directory');
  });
});

describe('planFrom', () => {
  const options = { demo: true, port: 8000, placements: ['digital-fp32'], cores: ONE_CORE_EACH };

  it('starts a private Redis and serves models/nano where nothing says otherwise', () => {
    const plan = planFrom(options, {});
    expect(plan).not.toHaveProperty('redisUrl');
    expect(plan).toMatchObject({
      host: '127.0.0.1',
      namespace: 'ohmlight',
      checkpoints: { nano: join(ROOT, 'models/nano') },
    });
  });

  it('follows the environment', () => {
    const plan = planFrom(options, {
      REDIS_URL: 'redis://there:1',
      OHMLIGHT_NAMESPACE: 'mine',
      OHMLIGHT_HOST: '0.0.0.0',
      OHMLIGHT_CHECKPOINTS: 'a=models/a,b=/b',
    });
    expect(plan).toMatchObject({
      redisUrl: 'redis://there:1',
      namespace: 'mine',
      host: '0.0.0.0',
      checkpoints: { a: join(ROOT, 'models/a'), b: '/b' },
    });
  });
});
