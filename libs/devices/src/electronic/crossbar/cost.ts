import { emptyLedger, type Ledger, type RowBatch } from '@ohmlight/contracts';
import { pow, type Rereads } from '@ohmlight/tile-engine';
import type { Calibration } from '../../device.js';
import type { HeldShape } from '../../standby.js';
import type { PulseCount } from './pulses.js';
import type { Mapping } from './mapping.js';
import type { Frame } from './parameters.js';

/** Bytes of an ADC code on its way to its accumulator, and of a weight's target. */
export const OUTPUT_BYTES = 2;
const WEIGHT_BYTES = 2;

/** Shape of a programmed shard. */
export interface ArrayShape {
  readonly k: number;
  readonly n: number;
  readonly mapping: Mapping;
  /** What an input line shows its driver in the mean over integration_time, S: as of `ArrayState`. */
  readonly rowConductance: Float64Array;
  readonly calibration: Calibration;
}

/** Times that the lines are driven for one row. */
export function passesOf(p: Frame): number {
  const signs = p.input_signs === 'two-pass' ? 2 : 1;
  if (!p.input_encoding.startsWith('bit')) return signs;
  const bits = p.input_signs === 'twos-complement' ? p.input_bits : p.input_bits - 1;
  return signs * Math.ceil(bits / p.input_slice_bits);
}

/** Conversions of a column for one row: bits whose charge is added up are converted once. */
const conversionsOf = (p: Frame): number =>
  p.input_encoding === 'bit-accumulated' ? (p.input_signs === 'two-pass' ? 2 : 1) : passesOf(p);

/** Leakage over active energy: doubles every leakage_doubling kelvin. */
const leakage = (p: Frame): number =>
  p.leakage_share * (p.leakage_doubling > 0 ? pow(2, (p.temperature - 300) / p.leakage_doubling) : 1);

/** Physical tiles of a shard. */
export const tileCount = (p: Frame, k: number, n: number): number =>
  Math.ceil(k / p.tile_rows) * Math.ceil(n / p.tile_columns);

/** Watts of the tiles that hold matrices, read or not. */
export const standbyWatts = (p: Frame, matrices: readonly HeldShape[]): number =>
  matrices.reduce((sum, { k, n }) => sum + p.tile_power * tileCount(p, k, n), 0);

/** Seconds of one row alone, and of each further row: driving the lines and converting the reading before overlap. */
export function rowSeconds(p: Frame, mapping: Mapping, n: number): { first: number; next: number } {
  const readings = passesOf(p) * (mapping.apart ? 2 : 1);
  const columns = (Math.min(p.tile_columns, n) * mapping.slices) / (mapping.apart ? 2 : 1);
  const convert = p.adc_bits === 0 ? 0 : Math.min(p.columns_per_adc, columns) / p.adc_rate;
  const pace = Math.max(p.integration_time, convert);
  return {
    first: (readings - 1) * pace + p.integration_time + convert + p.read_overhead,
    next: readings * pace + p.read_overhead,
  };
}

/**
 * What bound management's further readings add to a ledger: lines driven and columns converted once more, a reading's
 * time for the row's slowest tile. Inputs are halved each time; all are charged as at half the drive, the first's.
 */
export function withRereads(p: Frame, shape: ArrayShape, ledger: Ledger, batchRows: number, rereads: Rereads): Ledger {
  const { k, n, mapping } = shape;
  if (rereads.tiles === 0) return ledger;
  const columns = Math.min(p.tile_columns, n);
  const readings = batchRows * tileCount(p, k, n);
  const drives = p.input_bits === 0 ? 0 : rereads.tiles * Math.min(p.tile_rows, k);
  const conversions = rereads.tiles * columns;
  const seconds = rereads.rows * rowSeconds(p, mapping, n).next;
  const dac = drives * p.dac_energy;
  const adc = conversions * p.adc_energy;
  const drive = p.input_encoding === 'voltage' ? 1 / 4 : 1 / 2;
  const { joules } = ledger;
  return {
    ...ledger,
    seconds: ledger.seconds + seconds,
    joules: {
      ...joules,
      dac: (joules.dac ?? 0) + dac,
      array: (joules.array ?? 0) * (1 + (drive * rereads.tiles) / (readings * mapping.slices)),
      adc: (joules.adc ?? 0) + adc,
      driver: (joules.driver ?? 0) + conversions * (p.shift_add_energy + p.sample_energy),
      idle: (joules.idle ?? 0) + leakage(p) * (dac + adc) + p.tile_power * seconds * tileCount(p, k, n),
    },
    dacConversions: ledger.dacConversions + drives,
    adcConversions: ledger.adcConversions + conversions,
  };
}

/**
 * Cost of executing a batch; docs/reference/cost.md has the formulas.
 * @param driven what `drivenConductance` says, which does not depend on energies
 */
export function executionLedger(
  p: Frame,
  shape: ArrayShape,
  batch: RowBatch,
  driven: number = drivenConductance(p, shape, batch),
): Ledger {
  const { k, n, mapping } = shape;
  const { rows } = batch;
  const passes = passesOf(p);
  const { first, next } = rowSeconds(p, mapping, n);
  const seconds = first + (rows - 1) * next;
  const drives = p.input_bits === 0 ? 0 : rows * passes * k * Math.ceil(n / p.tile_columns) * (mapping.apart ? 2 : 1);
  const outputs = rows * n * mapping.slices * Math.ceil(k / p.tile_rows);
  const conversions = p.adc_bits === 0 ? 0 : outputs * conversionsOf(p);
  const dac = drives * p.dac_energy;
  const adc = conversions * p.adc_energy;
  const inputBytes = (rows * k * Math.ceil(n / p.tile_columns) * Math.max(1, p.input_bits)) / 8;
  const bytes = inputBytes + rows * n * Math.ceil(k / p.tile_rows) * OUTPUT_BYTES;
  return {
    ...emptyLedger(),
    seconds,
    joules: {
      dac,
      array: p.integration_time * p.read_voltage ** 2 * driven,
      adc,
      driver: conversions * p.shift_add_energy + outputs * passes * p.sample_energy,
      memory: bytes * p.buffer_energy,
      interconnect: bytes * p.link_energy,
      idle: leakage(p) * (dac + adc) + p.tile_power * seconds * tileCount(p, k, n),
    },
    macs: rows * k * n,
    dacConversions: drives,
    adcConversions: conversions,
    bytesMoved: bytes,
  };
}

/**
 * Σ over rows and inputs of G_j·∫(v/read_voltage)² dt/integration_time, S: (x/x_s)² of a voltage, |x|/x_s of a pulse,
 * Σ over slices (digit/largest digit)² of bit-serial inputs.
 */
export function drivenConductance(
  p: Frame,
  { k, rowConductance, calibration }: ArrayShape,
  { rows, x }: RowBatch,
): number {
  const limit = p.input_bits > 0 ? 2 ** (p.input_bits - 1) - 1 : 1;
  const { input_encoding: encoding } = p;
  const bits = encoding === 'voltage' || encoding === 'pulse-width' ? null : slicePowers(p);
  let total = 0;
  for (let row = 0; row < rows; row++) {
    const inputs = x.subarray(row * k, (row + 1) * k);
    const scale = fullScaleOf(p, calibration, inputs);
    if (scale === 0) continue;
    if (bits) {
      const wrap = p.input_signs === 'twos-complement' ? 2 ** p.input_bits : 0;
      for (let i = 0; i < k; i++) {
        const share = Math.min(1, Math.abs(inputs[i]!) / scale);
        const code = Math.round(inputs[i]! < 0 ? -share * limit : share * limit);
        total += bits[code < 0 ? (wrap === 0 ? -code : code + wrap) : code]! * rowConductance[i]!;
      }
    } else if (encoding === 'voltage')
      for (let i = 0; i < k; i++) {
        const share = Math.min(1, Math.abs(inputs[i]!) / scale);
        total += share * share * rowConductance[i]!;
      }
    else for (let i = 0; i < k; i++) total += Math.min(1, Math.abs(inputs[i]!) / scale) * rowConductance[i]!;
  }
  return total;
}

const powers = new Map<string, Float64Array>();

/** Σ (digit/largest digit)² over the slices of every code. Tabulated: a matrix product leaves no time to add them up. */
function slicePowers({ input_bits, input_slice_bits }: Frame): Float64Array {
  const name = `${input_bits}/${input_slice_bits}`;
  const known = powers.get(name);
  if (known) return known;
  const base = 2 ** input_slice_bits;
  const table = Float64Array.from({ length: 2 ** input_bits }, (_, code) => {
    let power = 0;
    for (let rest = code; rest > 0; rest = Math.floor(rest / base)) power += ((rest % base) / (base - 1)) ** 2;
    return power;
  });
  powers.set(name, table);
  return table;
}

/** The activation that drives a line fully. */
export function fullScaleOf(p: Frame, { inputRange }: Calibration, inputs: Float32Array): number {
  if (inputRange !== undefined) return inputRange;
  if (p.input_scale === 'fixed') return p.input_range;
  if (p.input_scale === 'percentile')
    return inputs.map(Math.abs).sort()[Math.max(0, Math.ceil(p.input_range * inputs.length) - 1)]!;
  let largest = 0;
  for (let i = 0; i < inputs.length; i++) largest = Math.max(largest, Math.abs(inputs[i]!));
  return largest * p.input_range;
}

/** Cost of programming: pulses with their verification, the devices of a row at once, tiles side by side. */
export function programmingLedger(p: Frame, k: number, n: number, pulses: PulseCount): Ledger {
  const bytes = k * n * WEIGHT_BYTES;
  return {
    ...emptyLedger(),
    seconds: pulses.sequential * (p.pulse_time + p.verify_time),
    joules: {
      program: pulses.total * (p.pulse_energy + p.verify_energy),
      memory: bytes * p.buffer_energy,
      interconnect: bytes * p.link_energy,
    },
    bytesMoved: bytes,
    reloads: 1,
  };
}

/** Cost of measuring drift once: calibration_vectors rows with one line driven each, and a factor for each output. */
export function recalibrationLedger(p: Frame, shape: ArrayShape): Ledger {
  const rows = p.calibration_vectors;
  const { k, n } = shape;
  const x = new Float32Array(rows * k);
  for (let row = 0; row < rows; row++) x[row * k + (row % k)] = 1;
  return {
    ...executionLedger(p, shape, {
      rows,
      x,
      seeds: new BigUint64Array(rows),
      positions: new Uint32Array(rows),
    }),
    macs: rows * n,
  };
}
