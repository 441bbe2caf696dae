import { emptyLedger, type Ledger } from '@ohmlight/contracts';
import { adcEnergy, dacEnergy } from '../common/converters.js';
import type { Work } from '../common/optical-device.js';
import { ACTIVATION_BYTES, OUTPUT_BYTES, streamedPasses } from '../common/streamed.js';
import type { HomodyneTfln } from './parameters.js';

/**
 * A pass multiplies up to array_rows rows by up to array_columns outputs; weights come from memory for each pass.
 * Laser, amplifiers and detectors of the whole array are lit for all of a pass, whatever it uses of them.
 */
export function streamedLedger(p: HomodyneTfln, work: Work): Ledger {
  const { k, n, rows } = work;
  const conversion = (height: number, width: number): number =>
    p.adc_bits === 0 ? 0 : Math.min(p.outputs_per_adc, height * width) / p.adc_rate;
  let seconds = p.pipeline_latency;
  let lit = 0;
  let symbols = 0;
  let weightTraffic = 0;
  for (const pass of streamedPasses(p, work, conversion)) {
    seconds += pass.count * pass.seconds;
    lit += pass.count * pass.seconds;
    symbols += pass.count * k * (pass.rows + pass.columns);
    weightTraffic += pass.count * pass.bytes;
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
