import { emptyLedger, type Ledger } from '@ohmlight/contracts';
import { digitalUnitLedger, type DigitalUnitProfile } from '@ohmlight/devices';
import { cacheSize, type StepWork, stepWork } from './digital-work.js';
import type { Load } from './load.js';
import type { DecoderShape } from './model-shape.js';

/** What the digital unit takes for a step, and how much of it there has to be. */
export interface UnitCost {
  readonly ledger: Ledger;
  /** Units side by side: as many as keep up with the memories that the KV cache lies in. */
  readonly units: number;
  /** Memories behind the units; 0 where the KV cache is in the unit itself. */
  readonly memories: number;
}

/**
 * A KV cache that the unit's memory holds is served as `digitalUnitLedger` has it. A larger one lies in as many memories as
 * it fills, read at their bandwidth and energy, and units stand beside them until arithmetic is no slower:
 *
 *   memories = ⌈size/cache_capacity⌉     t_cache = cacheBytes/(memories·cache_bandwidth)
 *   units    = max(1, ⌈flops/(peak_rate·t_cache)⌉)
 *   seconds  = max(t_cache, flops/(units·peak_rate), bytes/(units·memory_bandwidth))
 *
 * @param size of the KV cache, bytes
 */
export function unitCost(profile: DigitalUnitProfile, work: StepWork, size: number): UnitCost {
  const { parameters: p } = profile;
  const { flops, bytes, cacheBytes } = work;
  if (size <= p.memory_capacity.value) {
    const ledger = digitalUnitLedger(profile, { flops, bytes: bytes + cacheBytes });
    return { ledger, units: 1, memories: 0 };
  }
  const memories = Math.ceil(size / p.cache_capacity.value);
  const cacheTime = cacheBytes / (memories * p.cache_bandwidth.value);
  const units = Math.max(1, Math.ceil(flops / (p.peak_rate.value * cacheTime)));
  return {
    units,
    memories,
    ledger: {
      ...emptyLedger(),
      seconds: Math.max(cacheTime, flops / (units * p.peak_rate.value), bytes / (units * p.memory_bandwidth.value)),
      joules: {
        digital_unit: flops * p.flop_energy.value,
        memory: bytes * p.memory_energy.value + cacheBytes * p.cache_energy.value,
      },
      bytesMoved: bytes + cacheBytes,
    },
  };
}

/** The same for a decode step of a model, each sequence with a KV cache of its own. */
export const stepUnitCost = (
  profile: DigitalUnitProfile,
  shape: DecoderShape,
  { batch, context }: Load,
  elementBytes: number,
): UnitCost =>
  unitCost(profile, stepWork(shape, batch, context, elementBytes), batch * cacheSize(shape, context, elementBytes));
