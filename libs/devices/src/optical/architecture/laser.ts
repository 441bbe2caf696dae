import { pow } from '@ohmlight/tile-engine';
import { transmission } from '../common/link-budget.js';

/** What a laser has to reach. */
export interface LaserDemand {
  /** Least power that a detector tells from nothing, dBm. */
  readonly sensitivity: number;
  /** From laser to detector, dB. */
  readonly insertionLoss: number;
  /** Detectors that the light is divided among. */
  readonly ways: number;
  /** Resolution of the outputs. */
  readonly bits: number;
  /** Of the modulators, dB; Infinity where a shut one lets nothing through. */
  readonly extinctionRatio?: number;
}

/**
 * Optical power of a laser that gives every detector its sensitivity for each of 2^bits levels, W:
 * 10^((S + IL + 10·log₁₀ ways)/10) mW·2^bits/(1 − 10^(−ER/10)). The law of Lightening-Transformer and SCATTER;
 * SimPhony leaves the ways out.
 */
export function laserPowerForSensitivity(demand: LaserDemand): number {
  const { sensitivity, insertionLoss, ways, bits, extinctionRatio = Infinity } = demand;
  const dark = extinctionRatio === Infinity ? 0 : transmission(extinctionRatio);
  return (1e-3 * pow(10, (sensitivity + insertionLoss) / 10) * ways * 2 ** bits) / (1 - dark);
}

/** Resolution that a laser is sized for: the ADC's, or the inputs' where an array has no ADC. */
export const resolutionOf = (p: { readonly adc_bits: number; readonly input_bits: number }): number =>
  p.adc_bits || p.input_bits;
