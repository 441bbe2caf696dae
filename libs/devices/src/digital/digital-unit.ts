import { emptyLedger, type Ledger } from '@ohmlight/contracts';
import type { DigitalUnitProfile } from '../profile/profile.js';
import { valuesOf } from '../profile/quantity.js';

/**
 * What the digital unit takes for the work between the matmuls: `seconds = max(flops/peak, bytes/bandwidth)`,
 * energy per operation and per byte.
 */
export function digitalUnitLedger(profile: DigitalUnitProfile, work: { flops: number; bytes: number }): Ledger {
  const p = valuesOf(profile.parameters);
  return {
    ...emptyLedger(),
    seconds: Math.max(work.flops / p.peak_rate, work.bytes / p.memory_bandwidth),
    joules: { digital_unit: work.flops * p.flop_energy, memory: work.bytes * p.memory_energy },
    bytesMoved: work.bytes,
  };
}
