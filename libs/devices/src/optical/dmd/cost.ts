import type { Ledger } from '@ohmlight/contracts';
import { arraysOf, type ArrayWork, executionLedger, programmingLedger } from '../common/cost.js';
import type { Work } from '../common/optical-device.js';
import type { Dmd } from './parameters.js';
import { framesOf } from './planes.js';

/** Frames that a tile takes for `rows` rows, and readings of an input, exposures that are converted. */
function framesFor(p: Dmd, rows: number): { frames: number; readings: number; conversions: number } {
  const planes = framesOf(p.planes, p.plane_weighting);
  // Rails of the weights and signs of the inputs follow each other: 4 sets of planes, 2 where mirrors show inputs.
  if (p.mirrors === 'inputs') return { frames: rows * 2 * planes, readings: 2 * planes, conversions: 2 * planes };
  return { frames: 2 * planes, readings: 4 * planes, conversions: p.plane_weighting === 'digital' ? 4 * planes : 4 };
}

const bytesOf = (p: Dmd): number => (p.mirrors === 'weights' ? (2 * p.planes) / 8 : p.weight_bits > 8 ? 2 : 1);

function workOf(p: Dmd, rows: number): Omit<ArrayWork, 'k' | 'n' | 'rows'> {
  const { readings, conversions } = framesFor(p, rows);
  const mask = p.mirrors === 'inputs';
  return {
    readings,
    conversions,
    detectors: mask ? 2 : 1,
    amplifiers: 1,
    // Frames are booked below; cells that are set are those of a mask.
    cellsPerWeight: mask ? 2 : 0,
    weightBytes: bytesOf(p),
  };
}

/**
 * Mirrors that show weights: every frame stays for max(frame_time, rows·2 signs·symbol); the common formula's load is
 * what the frames take beyond the symbols. Mirrors that show inputs: every plane of every row is a frame.
 */
export function dmdLedger(p: Dmd, { k, n, rows }: Work): Ledger {
  const { frames, readings } = framesFor(p, rows);
  const work = { k, n, rows, ...workOf(p, rows) };
  const symbol = 1 / p.symbol_rate;
  const held = frames * Math.max(p.frame_time, (rows * readings * symbol) / frames);
  const beyond = held - rows * readings * symbol;
  const resident = p.weight_residency === 'resident';
  // Loads of a mask, of weights that are not resident, come on top.
  const mask = p.mirrors === 'inputs' && !resident ? p.load_time : 0;
  // Frames are loaded while the ones before are shown: frame_time holds their way out of the memory.
  const frame = { ...p, weight_residency: 'reloaded', load_time: mask + beyond, memory_bandwidth: Infinity } as const;
  const ledger = executionLedger(frame, work);
  const tiles = arraysOf(p, k, n);
  const loaded = p.mirrors === 'weights' || !resident;
  // Frames that show inputs are read like symbols; only a mask loads weights.
  const sets = Math.ceil(tiles / p.arrays);
  const weightBytes = k * n * work.weightBytes;
  return {
    ...ledger,
    ...(p.mirrors === 'inputs' && { reloadSeconds: sets * mask }),
    ...(loaded ? {} : { bytesMoved: ledger.bytesMoved - weightBytes, reloads: 0 }),
    joules: {
      ...ledger.joules,
      ...(loaded ? {} : { memory: ledger.joules.memory! - weightBytes * p.memory_energy }),
      program: (p.mirrors === 'inputs' && !resident ? k * n * 2 * p.load_energy : 0) + tiles * frames * p.frame_energy,
    },
  };
}

/** Programming: planes of the weights to the memory that frames are loaded from, or the mask. */
export const dmdProgramming = (p: Dmd, work: Omit<Work, 'rows'>): Ledger =>
  programmingLedger(p, { ...work, ...workOf(p, 1) });
