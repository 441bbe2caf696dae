import { type Ledger } from '@ohmlight/contracts';
import { type ArrayWork, executionLedger, programmingLedger, standbyWatts } from '../common/cost.js';
import type { Work } from '../../device.js';
import type { HeldShape } from '../../standby.js';
import type { MeshParameters } from './parameters.js';
import { shiftersOf } from './weight-array.js';

/** Bits of a phase without quantisation, for its way out of the memory. */
const FREE_BITS = 16;

/** Light carries signs: one symbol, one conversion. A weight takes the codes of 2 + 1/N phases. */
function workOf(p: MeshParameters): Omit<ArrayWork, 'k' | 'n' | 'rows'> {
  const cellsPerWeight = shiftersOf(p.tile_rows) / p.tile_rows ** 2;
  const bytes = Math.ceil((p.weight_bits || FREE_BITS) / 8);
  return {
    readings: 1,
    conversions: 1,
    detectors: 2,
    amplifiers: 1,
    cellsPerWeight,
    weightBytes: cellsPerWeight * bytes,
  };
}

/** Watts that hold the phases of an array: heaters·heater_pi_power·mean_phase/π. */
export const holdingPower = (p: MeshParameters): number =>
  (shiftersOf(p.tile_rows) * p.heater_pi_power * p.mean_phase) / Math.PI;

const held = (p: MeshParameters): MeshParameters => ({ ...p, array_power: p.array_power + holdingPower(p) });

/** m² of an array: N² interferometers, N(N − 1) of the meshes and N attenuators, at the pitch of a column. */
export const meshArea = (p: MeshParameters): number => p.tile_rows ** 2 * p.mzi_pitch * p.column_pitch;

/** Watts of meshes that keep their matrices, read or not. */
export const meshStandby = (p: MeshParameters, matrices: readonly HeldShape[]): number =>
  standbyWatts(held(p), matrices);

export const meshExecution = (p: MeshParameters, work: Work): Ledger =>
  executionLedger(held(p), { ...workOf(p), ...work });

export const meshProgramming = (p: MeshParameters, work: Omit<Work, 'rows'>): Ledger =>
  programmingLedger(held(p), { ...workOf(p), ...work });
