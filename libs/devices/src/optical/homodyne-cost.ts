import { emptyLedger, type Ledger } from '@ohmlight/contracts';
import { pow } from '@ohmlight/tile-engine';
import type { HomodyneParameters } from '../profile/parameters.js';
import type { ValuesOf } from '../profile/quantity.js';
import { blocksOf } from './common/blocks.js';
import { photonEnergy } from './common/link-budget.js';

const ACTIVATION_BYTES = 1;

/**
 * Cost of executing `rows` rows. A pass multiplies up to array_rows rows by up to array_columns outputs: both trains
 * run through all K symbols, and after every tile_rows symbols the ADC of a column converts its rows' detectors.
 * Weights come from memory once per pass.
 *
 * - pass: t = max(Σ_tiles max(symbols/f_sym, rows/f_adc), weight bytes/bandwidth); seconds = Σ t + pipeline_latency
 * - laser = hν·crest_ratio·10^(loss/10)/η · n_MAC/2·K·(columns·array_rows + rows·array_columns) · t/(K/f_sym): each
 *   train is split over the whole array, lit cells or not, and burns while the pass waits
 * - modulator, dac: one symbol per input and pass, one per weight and pass
 * - tia, detector: power · lit cells · t; adc: one conversion per output and tile
 * - memory: weight bytes · memory_energy + input and output bytes · buffer_energy
 */
export function executionLedger(p: ValuesOf<HomodyneParameters>, k: number, n: number, rows: number): Ledger {
  const ledger = emptyLedger();
  const weightBytes = Math.ceil(p.weight_bits / 8);
  const lightPerPhoton =
    (photonEnergy(p.wavelength) * p.crest_ratio * pow(10, p.link_loss / 10)) / p.wall_plug_efficiency;
  let symbols = 0;
  let laser = 0;
  let cellSeconds = 0;
  let weightTraffic = 0;
  ledger.seconds = p.pipeline_latency;
  for (const { size: passRows, count: heights } of blocksOf(rows, p.array_rows))
    for (const { size: columns, count: widths } of blocksOf(n, p.array_columns)) {
      const passes = heights * widths;
      let optics = 0;
      for (const { size: length, count } of blocksOf(k, p.tile_rows))
        optics += count * Math.max(length / p.symbol_rate, passRows / p.adc_rate);
      const bytes = k * columns * weightBytes;
      const seconds = Math.max(optics, bytes / p.memory_bandwidth);
      const photons = (p.photons_per_mac / 2) * k * (columns * p.array_rows + passRows * p.array_columns);
      laser += passes * lightPerPhoton * photons * (seconds / (k / p.symbol_rate));
      cellSeconds += passes * passRows * columns * seconds;
      symbols += passes * k * (passRows + columns);
      weightTraffic += passes * bytes;
      ledger.seconds += passes * seconds;
    }
  const dacEnergy = (bits: number): number => (p.dac_power / p.dac_rate) * (2 ** bits / bits / (2 ** 8 / 8));
  const inputSymbols = rows * k * Math.ceil(n / p.array_columns);
  const adcConversions = rows * n * Math.ceil(k / p.tile_rows);
  const activationBytes = (inputSymbols + adcConversions) * ACTIVATION_BYTES;
  ledger.joules = {
    laser,
    modulator: symbols * p.modulator_energy,
    dac: inputSymbols * dacEnergy(p.input_bits) + (symbols - inputSymbols) * dacEnergy(p.weight_bits),
    tia: cellSeconds * p.tia_power,
    detector: cellSeconds * p.detector_power,
    adc: adcConversions * (p.adc_power / p.adc_rate) * (p.adc_bits / 8),
    memory: weightTraffic * p.memory_energy + activationBytes * p.buffer_energy,
  };
  ledger.macs = rows * k * n;
  ledger.dacConversions = symbols;
  ledger.adcConversions = adcConversions;
  ledger.bytesMoved = weightTraffic + activationBytes;
  ledger.reloads = Math.ceil(rows / p.array_rows);
  return ledger;
}

/** Cost of programming: nothing is written to the optics, the codes go to the memory that every pass reads. */
export function programmingLedger(p: ValuesOf<HomodyneParameters>, k: number, n: number): Ledger {
  const bytes = k * n * Math.ceil(p.weight_bits / 8);
  return {
    ...emptyLedger(),
    seconds: bytes / p.memory_bandwidth,
    joules: { memory: bytes * p.memory_energy },
    bytesMoved: bytes,
    reloads: 1,
  };
}
