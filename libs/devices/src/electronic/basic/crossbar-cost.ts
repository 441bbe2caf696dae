import { emptyLedger, type Ledger, type RowBatch } from '@ohmlight/contracts';
import type { CrossbarParameters } from './parameters.js';
import type { ValuesOf } from '../../profile/quantity.js';
import { adcEnergy } from '../adc-energy.js';

/** Bytes of a DAC code, of an ADC code on its way to its accumulator, and of a weight's target. */
const INPUT_BYTES = 1;
const OUTPUT_BYTES = 2;
const WEIGHT_BYTES = 2;

/** Shape of a programmed shard. */
export interface ArrayShape {
  readonly k: number;
  readonly n: number;
  /** Σ of g⁺ + g⁻ over outputs, per input. */
  readonly rowConductance: Float64Array;
}

/**
 * Cost of executing a batch. All tiles of a shard work side by side; reading a row and converting the row before it
 * overlap, and the slower of the two sets the pace.
 *
 * - t_adc = columns_per_adc/adc_rate; seconds = (R − 1)·max(t_int, t_adc) + t_int + t_adc
 * - dac = R·K·⌈N/tile_columns⌉·dac_energy
 * - array = t_int·V_read²·Σ_rows Σ_j (x_j/x_max)²·G_j, with G_j the conductance on input j
 * - adc = R·N·⌈K/tile_rows⌉·adc_scatter·E_adc(bits, rate, node)
 * - driver = the same count · shift_add_energy; idle = leakage_share·(dac + adc)
 * - memory = buffer_energy, interconnect = link_energy, per byte that enters or leaves a tile
 *
 * @param driven what `drivenConductance` says, which does not depend on energies
 */
export function executionLedger(
  p: ValuesOf<CrossbarParameters>,
  shape: ArrayShape,
  batch: RowBatch,
  driven: number = drivenConductance(p, shape, batch),
): Ledger {
  const { k, n } = shape;
  const { rows } = batch;
  const dacConversions = rows * k * Math.ceil(n / p.tile_columns);
  const adcConversions = rows * n * Math.ceil(k / p.tile_rows);
  const conversion = Math.min(p.columns_per_adc, n) / p.adc_rate;
  const dac = dacConversions * p.dac_energy;
  const adc = adcConversions * p.adc_scatter * adcEnergy(p.adc_bits, p.adc_rate, p.adc_node);
  const bytes = dacConversions * INPUT_BYTES + adcConversions * OUTPUT_BYTES;
  return {
    ...emptyLedger(),
    seconds: (rows - 1) * Math.max(p.integration_time, conversion) + p.integration_time + conversion,
    joules: {
      dac,
      array: p.integration_time * p.read_voltage ** 2 * driven,
      adc,
      driver: adcConversions * p.shift_add_energy,
      memory: bytes * p.buffer_energy,
      interconnect: bytes * p.link_energy,
      idle: p.leakage_share * (dac + adc),
    },
    macs: rows * k * n,
    dacConversions,
    adcConversions,
    bytesMoved: bytes,
  };
}

/** Σ over rows and inputs of (x_j/x_max)²·G_j, in siemens. */
export function drivenConductance(
  { input_clip }: ValuesOf<CrossbarParameters>,
  { k, rowConductance }: ArrayShape,
  { rows, x }: RowBatch,
): number {
  let total = 0;
  for (let row = 0; row < rows; row++) {
    let largest = 0;
    for (let i = 0; i < k; i++) largest = Math.max(largest, Math.abs(x[row * k + i]!));
    if (largest === 0) continue;
    for (let i = 0; i < k; i++)
      total += Math.min(1, Math.abs(x[row * k + i]!) / (largest * input_clip)) ** 2 * rowConductance[i]!;
  }
  return total;
}

/**
 * Cost of programming: every pair takes pulses_per_device pulses on each side. The devices of one row of a tile are
 * written at once, rows one after the other, tiles side by side.
 */
export function programmingLedger(p: ValuesOf<CrossbarParameters>, k: number, n: number): Ledger {
  const bytes = k * n * WEIGHT_BYTES;
  return {
    ...emptyLedger(),
    seconds: Math.min(k, p.tile_rows) * p.pulses_per_device * p.pulse_time,
    joules: {
      program: 2 * k * n * p.pulses_per_device * p.pulse_energy,
      memory: bytes * p.buffer_energy,
      interconnect: bytes * p.link_energy,
    },
    bytesMoved: bytes,
    reloads: 1,
  };
}
