import { emptyLedger, type Ledger } from '@ohmlight/contracts';
import { blocksOf } from '../common/blocks.js';
import { adcEnergy, dacEnergy } from '../common/converters.js';
import type { Work } from '../common/optical-device.js';
import type { HomodyneTfln } from './parameters.js';

const ACTIVATION_BYTES = 1;
const OUTPUT_BYTES = 2;
const weightBytes = (p: HomodyneTfln): number => Math.max(1, Math.ceil(p.weight_bits / 8));

/**
 * A pass multiplies up to array_rows rows by up to array_columns outputs; weights come from memory for each pass.
 * Laser, amplifiers and detectors of the whole array are lit for all of a pass, whatever it uses of them.
 */
export function streamedLedger(p: HomodyneTfln, { k, n, rows }: Work): Ledger {
  const bytesPerWeight = weightBytes(p);
  let seconds = p.pipeline_latency;
  let lit = 0;
  let symbols = 0;
  let weightTraffic = 0;
  for (const { size: passRows, count: heights } of blocksOf(rows, p.array_rows))
    for (const { size: columns, count: widths } of blocksOf(n, p.array_columns)) {
      const passes = heights * widths;
      const conversion = p.adc_bits === 0 ? 0 : Math.min(p.outputs_per_adc, passRows * columns) / p.adc_rate;
      let optics = 0;
      for (const { size: length, count } of blocksOf(k, p.tile_rows))
        optics += count * Math.max(length / p.symbol_rate, conversion);
      const bytes = k * columns * bytesPerWeight;
      const time = Math.max(optics, bytes / p.memory_bandwidth);
      seconds += passes * time;
      lit += passes * time;
      symbols += passes * k * (passRows + columns);
      weightTraffic += passes * bytes;
    }
  const inputSymbols = rows * k * Math.ceil(n / p.array_columns);
  const tiles = Math.ceil(k / p.tile_rows);
  const conversions = p.adc_bits === 0 ? 0 : rows * n * tiles;
  const cells = p.array_rows * p.array_columns;
  const activationBytes = inputSymbols * ACTIVATION_BYTES + rows * n * tiles * OUTPUT_BYTES;
  return {
    ...emptyLedger(),
    seconds,
    joules: {
      laser: (p.laser_power / p.wall_plug_efficiency) * lit,
      modulator: symbols * p.modulator_energy,
      dac: inputSymbols * dacEnergy(p, p.input_bits) + (symbols - inputSymbols) * dacEnergy(p, p.weight_bits),
      tia: cells * p.tia_power * lit,
      detector: 2 * cells * p.detector_power * lit,
      adc: conversions * adcEnergy(p, p.adc_bits),
      memory: weightTraffic * p.memory_energy + activationBytes * p.buffer_energy,
    },
    macs: rows * k * n,
    dacConversions: p.input_bits === 0 ? 0 : symbols,
    adcConversions: conversions,
    bytesMoved: weightTraffic + activationBytes,
    reloads: Math.ceil(rows / p.array_rows),
  };
}

/** Nothing is written to the optics: codes go to the memory that every pass reads. */
export function storedLedger(p: HomodyneTfln, { k, n }: Omit<Work, 'rows'>): Ledger {
  const bytes = k * n * weightBytes(p);
  return {
    ...emptyLedger(),
    seconds: bytes / p.memory_bandwidth,
    joules: { memory: bytes * p.memory_energy },
    bytesMoved: bytes,
    reloads: 1,
  };
}
