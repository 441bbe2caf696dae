import { emptyLedger, type Ledger } from '@ohmlight/contracts';
import { settlingTime } from './amplifier.js';
import { cellPower as chainCellPower } from '../chain/circuit.js';
import type { Chain } from '../chain/parameters.js';
import { thermalVoltage } from '../constants.js';
import type { HeldShape } from '../../standby.js';
import type { GilbertArray } from './array.js';
import type { Board, Cmos, Common } from './parameters.js';

/** Bytes of an ADC code on its way to its accumulator. */
const OUTPUT_BYTES = 2;

/** Shape of a shard. */
export interface Shape {
  readonly k: number;
  readonly n: number;
}

/** Seconds in which a cell settles to half a step: (b + 1)·ln 2·C_L/g_m, g_m = I_EE/2nV_T. */
export const cellSettlingTime = (p: Cmos): number =>
  (p.adc_bits + 1) *
  Math.LN2 *
  ((p.load_capacitance * 2 * p.slope_factor * thermalVoltage(p.temperature)) / p.tail_current);

/** Seconds from an input to a settled root. */
export const cmosSettlingTime = (p: Cmos, { tree }: GilbertArray): number => cellSettlingTime(p) + tree.settlingTime;

const convertTime = (p: Common, n: number): number => Math.min(p.columns_per_adc, p.array_columns, n) / p.adc_rate;

/** Watts of cells whose tails are on. */
const biasPower = (p: Cmos, cells: number): number => cells * p.tail_current * p.supply_voltage;

/** Stored weights that are written again in a second; 0 where they hold without. */
const refreshRate = (p: Cmos, cells: number): number => (p.refresh_interval > 0 ? cells / p.refresh_interval : 0);

/** Watts of cells that wait: their tails' leakage, and the refreshing of what they hold. */
export function cmosStandby(p: Cmos, matrices: readonly HeldShape[]): number {
  const cells = matrices.reduce((sum, { k, n }) => sum + k * n, 0);
  return p.leakage_share * biasPower(p, cells) + refreshRate(p, cells) * p.write_energy;
}

/** Rows of a job that a shard of resident cells works on: conversion of one row beside the settling of the next. */
export function cmosLedger(p: Cmos, array: GilbertArray, { k, n }: Shape, rows: number): Ledger {
  const tiles = Math.ceil(k / p.tile_rows);
  const settle = p.dac_time + cmosSettlingTime(p, array);
  const convert = convertTime(p, n);
  const seconds = settle + convert + (rows - 1) * Math.max(settle, convert);
  const groups = Math.ceil(n / p.array_columns);
  const drives = rows * k * groups;
  const conversions = rows * n * tiles;
  // Cells and amplifiers are biased while a row settles; beside that they leak.
  const active = rows * settle;
  const cellPower = biasPower(p, k * n);
  const refreshed = refreshRate(p, k * n) * seconds;
  const bytes = (drives * p.input_bits) / 8 + conversions * OUTPUT_BYTES;
  return {
    ...emptyLedger(),
    seconds,
    joules: {
      dac: drives * p.dac_energy,
      array: cellPower * active,
      tia: array.tree.amplifiers * tiles * n * p.amplifier_power * active,
      adc: conversions * p.adc_energy,
      driver: conversions * p.accumulate_energy,
      program: refreshed * p.write_energy,
      memory: bytes * p.buffer_energy,
      idle: p.leakage_share * cellPower * seconds,
    },
    macs: rows * k * n,
    dacConversions: drives,
    adcConversions: conversions,
    bytesMoved: bytes,
  };
}

/**
 * Two arrays with a rectifier between and converters at the ends: the second settles on the first, so both are biased
 * for the sum of their times. `gates` are cells that multiply hidden values; those of a `circuit` are counted by it, and
 * its drivers; what amplifies the first array's sums are the trees' roots.
 */
export function chainLedger(
  p: Cmos,
  first: GilbertArray,
  second: GilbertArray,
  { k, outputs, hidden, n, gates }: { k: number; outputs: number; hidden: number; n: number; gates: number },
  rows: number,
  circuit?: Chain,
): Ledger {
  const between = circuit?.settling_time ?? 0;
  const settle = p.dac_time + cmosSettlingTime(p, first) + between + cmosSettlingTime(p, second);
  const seconds = rows * settle + convertTime(p, n);
  const drives = rows * k * Math.ceil(outputs / p.array_columns);
  const conversions = rows * n;
  const cellPower = biasPower(p, k * outputs + hidden * n + gates);
  const gating = circuit ? chainCellPower(circuit, hidden) + hidden * circuit.driver_power : 0;
  const amplifiers = first.tree.amplifiers * outputs + second.tree.amplifiers * n;
  const bytes = (drives * p.input_bits) / 8 + conversions * OUTPUT_BYTES;
  return {
    ...emptyLedger(),
    seconds,
    joules: {
      dac: drives * p.dac_energy,
      array: cellPower * rows * settle,
      tia: amplifiers * p.amplifier_power * rows * settle,
      adc: conversions * p.adc_energy,
      driver: conversions * p.accumulate_energy + gating * rows * settle,
      memory: bytes * p.buffer_energy,
      idle: p.leakage_share * cellPower * seconds,
    },
    macs: rows * (k * outputs + hidden * n),
    dacConversions: drives,
    adcConversions: conversions,
    bytesMoved: bytes,
  };
}

/** Writing all weights once: the cells of a row together, tiles side by side. */
export function cmosProgramming(p: Cmos, { k, n }: Shape): Ledger {
  const bytes = (k * n * p.weight_bits) / 8;
  return {
    ...emptyLedger(),
    seconds: Math.min(k, p.tile_rows) * p.write_time,
    joules: { program: k * n * p.write_energy, memory: bytes * p.buffer_energy },
    bytesMoved: bytes,
    reloads: 1,
  };
}

/** Seconds from an input to a settled sum on the board: the multiplier slews and settles, then the node does. */
export const boardSettlingTime = (p: Board, { tree }: GilbertArray): number =>
  settlingTime(
    p.adc_bits,
    1,
    {
      gain: 1,
      gainBandwidth: p.multiplier_bandwidth,
      slewRate: p.multiplier_slew_rate,
      voltageNoise: 0,
      currentNoise: 0,
    },
    p.full_scale,
  ) + tree.settlingTime;

/**
 * One board of tile_rows × array_columns multipliers takes a block of the matrix after the other. Its weights are
 * written once for all rows of a job; each row is written, settles and is converted.
 */
export function boardLedger(p: Board, array: GilbertArray, { k, n }: Shape, rows: number): Ledger {
  const multipliers = p.tile_rows * p.array_columns;
  const tiles = Math.ceil(k / p.tile_rows);
  const groups = Math.ceil(n / p.array_columns);
  const perRow = p.tile_rows * p.dac_time + boardSettlingTime(p, array) + convertTime(p, n);
  const seconds = tiles * groups * (multipliers * p.dac_time + rows * perRow);
  const inputs = rows * k * groups;
  const conversions = rows * n * tiles;
  const bytes = (k * n * p.weight_bits + inputs * p.input_bits) / 8 + conversions * OUTPUT_BYTES;
  return {
    ...emptyLedger(),
    seconds,
    joules: {
      dac: (inputs + k * n) * p.dac_energy,
      array: multipliers * p.multiplier_power * seconds,
      tia: array.tree.amplifiers * p.array_columns * p.amplifier_power * seconds,
      adc: conversions * p.adc_energy,
      driver: conversions * p.accumulate_energy + p.controller_power * seconds,
      memory: bytes * p.buffer_energy,
    },
    macs: rows * k * n,
    dacConversions: inputs + k * n,
    adcConversions: conversions,
    bytesMoved: bytes,
    reloads: 1,
  };
}

/** Weights stay in the controller's memory: programming the board is writing them there. */
export function boardProgramming(p: Board, { k, n }: Shape): Ledger {
  const bytes = (k * n * p.weight_bits) / 8;
  return {
    ...emptyLedger(),
    seconds: 0,
    joules: { memory: bytes * p.buffer_energy },
    bytesMoved: bytes,
    reloads: 1,
  };
}
