import { emptyLedger, type Ledger } from '@ohmlight/contracts';
import { pow } from '@ohmlight/tile-engine';
import type { Work } from '../device.js';
import type { HomodyneParameters } from '../profile/parameters.js';
import type { ValuesOf } from '../profile/quantity.js';
import { photonEnergy } from './common/link-budget.js';
import { ACTIVATION_BYTES, streamedPasses } from './common/streamed.js';

/**
 * Cost of executing rows in passes of t (`streamedPasses`): after every tile_rows symbols the ADC of a column converts its
 * rows' detectors.
 *
 * - seconds = Σ t + pipeline_latency
 * - laser = hν·crest_ratio·10^(loss/10)/η · n_MAC/2·K·(columns·array_rows + rows·array_columns) · t/(K/f_sym): each
 *   train is split over the whole array, lit cells or not, and burns while the pass waits
 * - modulator, dac: one symbol per input and pass, one per weight and pass
 * - tia, detector: power · lit cells · t; adc: one conversion per output and tile
 * - memory: weight bytes · memory_energy + input and output bytes · buffer_energy
 */
export function executionLedger(p: ValuesOf<HomodyneParameters>, work: Work): Ledger {
  const { k, n, rows } = work;
  const ledger = emptyLedger();
  const lightPerPhoton =
    (photonEnergy(p.wavelength) * p.crest_ratio * pow(10, p.link_loss / 10)) / p.wall_plug_efficiency;
  let symbols = 0;
  let laser = 0;
  let cellSeconds = 0;
  let weightTraffic = 0;
  ledger.seconds = p.pipeline_latency;
  for (const pass of streamedPasses(p, work, (height) => height / p.adc_rate)) {
    const photons = (p.photons_per_mac / 2) * k * (pass.columns * p.array_rows + pass.rows * p.array_columns);
    laser += pass.count * lightPerPhoton * photons * (pass.seconds / (k / p.symbol_rate));
    cellSeconds += pass.count * pass.rows * pass.columns * pass.seconds;
    symbols += pass.count * k * (pass.rows + pass.columns);
    weightTraffic += pass.count * pass.bytes;
    ledger.seconds += pass.count * pass.seconds;
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
