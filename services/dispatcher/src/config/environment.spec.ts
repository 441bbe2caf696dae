import { describe, expect, it } from 'vitest';
import { readDispatcherConfig } from './environment.js';

describe('readDispatcherConfig', () => {
  it('has defaults for everything', () => {
    expect(readDispatcherConfig({})).toMatchObject({
      OHMLIGHT_WARM: [],
      OHMLIGHT_CONCURRENCY: 16,
      OHMLIGHT_CHIP_SEED: 1n,
    });
  });

  it('reads the placements to warm', () => {
    const { OHMLIGHT_WARM } = readDispatcherConfig({ OHMLIGHT_WARM: 'nano@crossbar-basic, nano@digital-fp32' });
    expect(OHMLIGHT_WARM).toEqual([
      { checkpoint: 'nano', placement: 'crossbar-basic' },
      { checkpoint: 'nano', placement: 'digital-fp32' },
    ]);
  });

  it('names each variable at fault', () => {
    expect(() => readDispatcherConfig({ OHMLIGHT_WARM: 'nano', OHMLIGHT_CONCURRENCY: '0' })).toThrow(
      /OHMLIGHT_WARM: "nano" is not checkpoint@placement[\s\S]*OHMLIGHT_CONCURRENCY/,
    );
  });
});
