import { emptyLedger, type Ledger } from '@ohmlight/contracts';
import type { Footprint } from '../../device.js';
import { cycleTime } from './column.js';
import type { Charge } from './parameters.js';
import { energyScale } from './supply.js';

/** Bytes of an ADC code on its way to its accumulator. */
const OUTPUT_BYTES = 2;

/** Columns that one output takes, and evaluations of a tile for one row. */
export const slicesOf = (p: Charge): number => (p.cell === 'bit' ? p.weight_bits : 1);
export const passesOf = (p: Charge): number => (p.cell === 'bit' ? p.input_bits : 1);

/** Joules of one evaluation of one column: cells, conversion and the digital work behind it. */
export function columnEnergy(p: Charge, cells: number): { cells: number; adc: number; output: number } {
  const scale = energyScale(p.supply_voltage, p.nominal_voltage);
  return { cells: cells * p.cell_energy * scale, adc: p.adc_energy * scale, output: p.output_energy * scale };
}

/** Seconds of one evaluation: a clock of its own, or as many conversions as share an ADC. */
export const evaluationTime = (p: Charge): number => p.evaluation_cycles * cycleTime(p) * p.columns_per_adc;

/** Arrays that a matrix takes, and their area where the profile gives one. */
export function footprintOf(p: Charge, k: number, n: number): Footprint {
  const tiles = Math.ceil(k / p.tile_rows) * Math.ceil((n * slicesOf(p)) / p.array_columns);
  return { tiles, ...(p.array_area > 0 && { squareMetres: tiles * p.array_area }) };
}

/** Cost of executing `rows` rows, all tiles of the shard side by side; docs/reference/devices has the formulas. */
export function executionLedger(p: Charge, k: number, n: number, rows: number): Ledger {
  const tiles = Math.ceil(k / p.tile_rows);
  const evaluations = rows * passesOf(p);
  const columns = n * slicesOf(p);
  const arrays = Math.ceil(columns / p.array_columns);
  const drives = evaluations * k * arrays;
  const conversions = evaluations * columns * tiles;
  const one = columnEnergy(p, 1);
  const array = evaluations * columns * one.cells * k;
  const dac = drives * p.dac_energy * energyScale(p.supply_voltage, p.nominal_voltage);
  const adc = conversions * one.adc;
  const bytes = (rows * k * arrays * p.input_bits) / 8 + rows * n * tiles * OUTPUT_BYTES;
  return {
    ...emptyLedger(),
    seconds: evaluations * evaluationTime(p),
    joules: {
      dac,
      array,
      adc,
      driver: conversions * one.output,
      memory: bytes * p.buffer_energy,
      idle: p.leakage_share * (array + dac + adc),
    },
    macs: rows * k * n,
    dacConversions: drives,
    adcConversions: conversions,
    bytesMoved: bytes,
  };
}

/** Cost of programming: rows one after the other, tiles side by side. */
export function programmingLedger(p: Charge, k: number, n: number): Ledger {
  const bits = k * n * p.weight_bits;
  return {
    ...emptyLedger(),
    seconds: Math.min(k, p.tile_rows) * p.write_cycles * cycleTime(p),
    joules: {
      program: bits * p.write_energy * energyScale(p.supply_voltage, p.nominal_voltage),
      memory: (bits / 8) * p.buffer_energy,
    },
    bytesMoved: bits / 8,
    reloads: 1,
  };
}
