import { digitalUnitLedger } from '@ohmlight/devices';
import { digitalWorkOfRow } from '@ohmlight/transformer';
import { describe, expect, it } from 'vitest';
import { profiles } from '../../devices/testing/profiles.js';
import { unitCost } from './digital-unit.js';
import { cacheSize, stepWork } from './digital-work.js';
import { knownModel } from './known-models.js';

const unit = profiles.digitalUnit;
const p = unit.parameters;
const small = knownModel('qwen2.5-0.5b');
const large = knownModel('llama-3.1-8b');

describe('the work of a step', () => {
  it('is that of its rows, in f32 as the digital unit counts it', () => {
    const row = digitalWorkOfRow(small, 99, true);
    const step = stepWork(small, 3, 100, 4);
    expect(step.flops).toBe(3 * row.flops);
    expect(step.bytes + step.cacheBytes).toBe(3 * row.bytes);
    // Keys and values of 100 positions are read, those of the new one written.
    expect(step.cacheBytes).toBe(3 * 2 * 24 * 2 * 64 * 101 * 4);
  });

  it('of experts has the router and two activations', () => {
    const experts = knownModel('mixtral-8x7b');
    const dense = { ...experts, ffn: 2 * experts.ffn, experts: null };
    const routing = stepWork(experts, 1, 10, 2).flops - stepWork(dense, 1, 10, 2).flops;
    expect(routing).toBe(32 * (2 * 4096 * 8 + 5 * 8 + 2 * 4096 * 2));
  });
});

describe('the digital unit', () => {
  it('serves a cache that fits as everywhere else', () => {
    const work = stepWork(small, 1, 512, 4);
    const { ledger, units, memories } = unitCost(unit, work, cacheSize(small, 512, 4));
    expect(ledger).toEqual(digitalUnitLedger(unit, { flops: work.flops, bytes: work.bytes + work.cacheBytes }));
    expect([units, memories]).toEqual([1, 0]);
  });

  it('reads a larger one at the bandwidth and the energy of the memories that it fills', () => {
    const size = 64 * cacheSize(large, 32_768, 2);
    const work = stepWork(large, 64, 32_768, 2);
    const { ledger, units, memories } = unitCost(unit, work, size);
    // 64 · 4.3 GB: four memories of 80 GB.
    expect(memories).toBe(4);
    expect(ledger.seconds).toBeCloseTo(work.cacheBytes / (4 * p.cache_bandwidth.value), 9);
    expect(ledger.joules.memory! / (work.cacheBytes * p.cache_energy.value)).toBeCloseTo(1, 2);
    expect(units * p.peak_rate.value * ledger.seconds).toBeGreaterThanOrEqual(work.flops);
    expect((units - 1) * p.peak_rate.value * ledger.seconds).toBeLessThan(work.flops);
  });
});
