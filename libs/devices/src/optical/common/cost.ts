import { emptyLedger, type Ledger } from '@ohmlight/contracts';
import { adcEnergy, dacEnergy } from './converters.js';
import type { HeldShape } from '../../standby.js';
import type { Frame, Residency } from './parameters.js';

/** Bytes of an activation's code, and of an ADC code on its way to its accumulator. */
const INPUT_BYTES = 1;
const OUTPUT_BYTES = 2;

/** What an execution of rows on a shard has arrays do. */
export interface ArrayWork {
  readonly k: number;
  readonly n: number;
  readonly rows: number;
  /** Symbols that a row takes of every input: signs apart, exposures. */
  readonly readings: number;
  /** Conversions of an output for a row in one tile. */
  readonly conversions: number;
  /** Photodiodes, and amplifiers, of one output. */
  readonly detectors: number;
  readonly amplifiers: number;
  /** Cells that stand for one weight. */
  readonly cellsPerWeight: number;
  /** Bytes of a weight in memory. */
  readonly weightBytes: number;
}

/** Arrays that a shard fills. */
export const arraysOf = (p: Pick<Frame, 'tile_rows' | 'array_columns'>, k: number, n: number): number =>
  Math.ceil(k / p.tile_rows) * Math.ceil(n / p.array_columns);

/** Watts that arrays take to keep what they hold, lit or not; nothing where the next load overwrites it. */
export const standbyWatts = (p: Frame & Residency, matrices: readonly HeldShape[]): number =>
  p.weight_residency === 'resident'
    ? matrices.reduce((sum, { k, n }) => sum + p.array_power * arraysOf(p, k, n), 0)
    : 0;

/** Seconds of loading arrays side by side: of their cells, or of their weights' way out of the memory that they share. */
const loadSeconds = (p: Frame & Residency, work: Omit<ArrayWork, 'rows'>, arrays: number): number =>
  Math.max(
    p.load_time,
    (arrays * Math.min(work.k, p.tile_rows) * Math.min(work.n, p.array_columns) * work.weightBytes) /
      p.memory_bandwidth,
  );

/**
 * Cost of executing on arrays that hold their weights (docs/reference/optical.md):
 *
 * - seconds = ⌈tiles/arrays⌉·(load + rows·readings·symbol) + pipeline_latency; symbol = max(1/symbol_rate,
 *   conversions' time); load is 0 where weights are resident
 * - laser, array, detector, tia burn for all of each tile's time
 * - reloadSeconds = ⌈tiles/arrays⌉·load
 */
export function executionLedger(p: Frame & Residency, work: ArrayWork): Ledger {
  const { k, n, rows, readings, conversions, weightBytes } = work;
  const tiles = arraysOf(p, k, n);
  const resident = p.weight_residency === 'resident';
  const load = resident ? 0 : loadSeconds(p, work, Math.min(tiles, p.arrays));
  const shared = Math.min(p.outputs_per_adc, p.array_columns, n);
  const adcTime = p.adc_bits === 0 ? 0 : (shared * conversions) / readings / p.adc_rate;
  const busy = load + rows * readings * Math.max(1 / p.symbol_rate, adcTime);
  const sets = resident ? 1 : Math.ceil(tiles / p.arrays);
  const seconds = sets * busy + p.pipeline_latency;
  const lit = tiles * busy;
  const symbols = rows * readings * k * Math.ceil(n / p.array_columns);
  const adcConversions = p.adc_bits === 0 ? 0 : rows * n * Math.ceil(k / p.tile_rows) * conversions;
  const loadedBytes = resident ? 0 : k * n * weightBytes;
  const activationBytes =
    rows * (k * Math.ceil(n / p.array_columns) * INPUT_BYTES + n * Math.ceil(k / p.tile_rows) * OUTPUT_BYTES);
  // Outputs of the arrays' own width are lit, whether the matrix has columns for them or not.
  const outputs = Math.ceil(n / p.array_columns) * p.array_columns * Math.ceil(k / p.tile_rows);
  return {
    ...emptyLedger(),
    seconds,
    joules: {
      laser: (p.laser_power / p.wall_plug_efficiency) * lit,
      modulator: symbols * p.modulator_energy,
      detector: outputs * work.detectors * p.detector_power * busy,
      tia: outputs * work.amplifiers * p.tia_power * busy,
      dac: p.input_bits === 0 ? 0 : symbols * dacEnergy(p, p.input_bits),
      adc: adcConversions * adcEnergy(p, p.adc_bits),
      array: p.array_power * lit,
      program: resident ? 0 : k * n * work.cellsPerWeight * p.load_energy,
      memory: loadedBytes * p.memory_energy + activationBytes * p.buffer_energy,
    },
    macs: rows * k * n,
    dacConversions: p.input_bits === 0 ? 0 : symbols,
    adcConversions,
    bytesMoved: loadedBytes + activationBytes,
    reloads: resident ? 0 : 1,
    reloadSeconds: sets * load,
  };
}

/** Cost of programming: weights to memory; and into their arrays where they stay there. */
export function programmingLedger(p: Frame & Residency, work: Omit<ArrayWork, 'rows'>): Ledger {
  const { k, n, weightBytes, cellsPerWeight } = work;
  const bytes = k * n * weightBytes;
  const resident = p.weight_residency === 'resident';
  const load = resident ? loadSeconds(p, work, 1) : 0;
  return {
    ...emptyLedger(),
    seconds: bytes / p.memory_bandwidth + load,
    joules: {
      memory: (resident ? 2 : 1) * bytes * p.memory_energy,
      program: resident ? k * n * cellsPerWeight * p.load_energy : 0,
    },
    bytesMoved: bytes,
    reloads: 1,
  };
}
