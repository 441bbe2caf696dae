import { emptyLedger, type Ledger } from '@ohmlight/contracts';
import type { Work } from '../../device.js';
import { adcEnergy, dacEnergy } from '../common/converters.js';
import { ACTIVATION_BYTES, OUTPUT_BYTES, streamedBytes } from '../common/streamed.js';
import type { Ddot } from './parameters.js';

/** Of all groups: modulators, each with a DAC and two routers; the inputs' serve all groups. */
export const modulatorsOf = (p: Ddot): number =>
  p.wavelengths * p.cores_per_group * (p.groups * p.array_columns + p.array_rows);
/** Outputs with an amplifier and an adder: those of a group's cores are one. */
export const outputsOf = (p: Ddot): number => p.groups * p.array_rows * p.array_columns;

/** Power of all buffers, W. */
export const bufferPower = (p: Ddot): number =>
  p.groups * p.global_buffer_power + (p.groups + 1) * p.local_buffer_power + registersOf(p) * p.register_power;
export const registersOf = (p: Ddot): number => 2 * p.groups + p.cores_per_group * (p.groups + 1);

/**
 * A pass multiplies array_rows rows by array_columns outputs in each group, cores_per_group·wavelengths inputs to a symbol.
 * Weights come from memory once for an execution, and from the buffer for each block of rows. All cores are lit for all
 * of it, whatever a pass uses of them.
 */
export function streamedLedger(p: Ddot, { k, n, rows }: Work): Ledger {
  const rowBlocks = Math.ceil(rows / p.array_rows);
  const columnBlocks = Math.ceil(n / (p.array_columns * p.groups));
  const tiles = Math.ceil(k / p.tile_rows);
  const conversion = p.adc_bits === 0 ? 0 : p.outputs_per_adc / p.adc_rate / p.accumulated_symbols;
  const symbol = Math.max(1 / p.symbol_rate, conversion);
  const optics = rowBlocks * columnBlocks * Math.ceil(k / (p.wavelengths * p.cores_per_group)) * symbol;
  const bytes = k * n * streamedBytes(p);
  const lit = Math.max(optics, bytes / p.memory_bandwidth);
  const inputSymbols = rows * k * columnBlocks;
  const weightSymbols = n * k * rowBlocks;
  const outputs = rows * n * tiles;
  const conversions = p.adc_bits === 0 ? 0 : outputs;
  const buffered = inputSymbols * ACTIVATION_BYTES + weightSymbols * streamedBytes(p) + outputs * OUTPUT_BYTES;
  const cores = p.groups * p.cores_per_group;
  return {
    ...emptyLedger(),
    seconds: lit + p.pipeline_latency,
    joules: {
      laser: cores * (p.laser_power / p.wall_plug_efficiency) * lit,
      modulator: (inputSymbols + weightSymbols) * p.modulator_energy + 2 * modulatorsOf(p) * p.router_power * lit,
      dac: inputSymbols * dacEnergy(p, p.input_bits) + weightSymbols * dacEnergy(p, p.weight_bits),
      detector: 2 * cores * p.array_rows * p.array_columns * p.detector_power * lit,
      tia: outputsOf(p) * p.tia_power * lit,
      adc: conversions * (adcEnergy(p, p.adc_bits) + p.adder_power / p.symbol_rate),
      memory: bytes * p.memory_energy + buffered * p.buffer_energy + bufferPower(p) * lit,
    },
    macs: rows * k * n,
    dacConversions: p.input_bits === 0 ? 0 : inputSymbols + weightSymbols,
    adcConversions: conversions,
    bytesMoved: bytes + buffered,
    reloads: 1,
  };
}
