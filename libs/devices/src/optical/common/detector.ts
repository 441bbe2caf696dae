import { pow } from '@ohmlight/tile-engine';
import { ELECTRON } from './link-budget.js';

/** Boltzmann's constant, J/K. */
const BOLTZMANN = 1.380649e-23;

/** A photodiode with its amplifier; the names are those of the profiles. */
export interface Detector {
  /** A/W. */
  readonly responsivity: number;
  /** A. */
  readonly dark_current: number;
  /** Load or feedback resistor, Ohm; 0 for none. */
  readonly load_resistance: number;
  /** Capacitor that integrates the photocurrent and is reset, F; 0 for none. */
  readonly integration_capacitance: number;
  /** Electrons rms of a reading beside the above. */
  readonly read_noise: number;
  /** K. */
  readonly temperature: number;
}

/** Noise bandwidth of integrating for `seconds`, Hz: B = 1/(2T). */
export const bandwidthOf = (seconds: number): number => 1 / (2 * seconds);

/** rms of the shot noise of a current in bandwidth B, A: √(2q(I + I_d)·B). */
export const shotCurrent = (current: number, bandwidth: number): number =>
  Math.sqrt(2 * ELECTRON * current * bandwidth);

/** rms of the thermal (Johnson) noise of a resistor in bandwidth B, A: √(4kT·B/R). */
export const thermalCurrent = (resistance: number, temperature: number, bandwidth: number): number =>
  Math.sqrt((4 * BOLTZMANN * temperature * bandwidth) / resistance);

/** rms of relative intensity noise of `rin` dB/Hz in bandwidth B, as a part of the current: √(10^(RIN/10)·B). */
export const relativeIntensity = (rin: number, bandwidth: number): number => Math.sqrt(pow(10, rin / 10) * bandwidth);

/** Electrons of the dark current of one detector in a reading of `seconds`. */
export const darkCounts = ({ dark_current }: Pick<Detector, 'dark_current'>, seconds: number): number =>
  (dark_current * seconds) / ELECTRON;

/**
 * Electrons rms that a reading of `seconds` has without light, beside the dark current's: Johnson noise of the load,
 * (4kT·B/R)·(T/q)² with B = 1/(2T), reset noise of the integrator kTC/q², read noise.
 */
export function electronicNoise(detector: Detector, seconds: number): number {
  const { load_resistance: load, integration_capacitance: capacitance, temperature, read_noise } = detector;
  const johnson = load > 0 ? (thermalCurrent(load, temperature, bandwidthOf(seconds)) * seconds) / ELECTRON : 0;
  const reset = Math.sqrt(BOLTZMANN * temperature * capacitance) / ELECTRON;
  return Math.hypot(johnson, reset, read_noise);
}
