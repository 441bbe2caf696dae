import { exp, ln } from '@ohmlight/tile-engine';
import { thermalVoltage } from '../constants.js';

/** A diode in series with a load to ground. */
export interface Diode {
  /** I_s at 300 K, A. */
  readonly saturationCurrent: number;
  /** Emission coefficient n. */
  readonly emission: number;
  /** R, Ohm. */
  readonly load: number;
  readonly temperature: number;
}

/** Band gap, eV, and exponent of the saturation current of a silicon diode: SPICE's defaults, EG and XTI. */
const BAND_GAP = 1.11;
const SATURATION_EXPONENT = 3;
/** Temperature at which the saturation current is stated, K. */
const NOMINAL = 300;

/**
 * I_s(T) = I_s·(T/300 K)^(XTI/n)·e^((T/300 K − 1)·EG/(n·V_T)), A: it doubles in some 10 K and moves the knee by
 * −2 mV/K, against the thermal voltage. Source: SPICE 3 diode model.
 */
export function saturationAt({ saturationCurrent, emission, temperature }: Diode): number {
  const warmth = temperature / NOMINAL;
  const exponent =
    (SATURATION_EXPONENT * ln(warmth) + ((warmth - 1) * BAND_GAP) / thermalVoltage(temperature)) / emission;
  return saturationCurrent * exp(exponent);
}

/** v_i of the series diode for v_o > −R·I_s: v_o + n·V_T·ln(1 + v_o/(R·I_s)). */
export function diodeInput(vo: number, diode: Diode): number {
  const { emission, load, temperature } = diode;
  return vo + emission * thermalVoltage(temperature) * ln(1 + vo / (load * saturationAt(diode)));
}

/** v_o of the series diode for v_i, by bisection of its monotonic law. */
export function diodeOutput(vi: number, diode: Diode): number {
  let low = -diode.load * saturationAt(diode);
  let high = Math.max(vi, 0);
  for (let step = 0; step < 200 && high - low > 1e-16 * (1 + Math.abs(high)); step++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (diodeInput(middle, diode) < vi) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The diode within an amplifier's loop: its drop is divided by A₀. */
export const superDiodeOutput = (vi: number, diode: Diode, openLoop: number): number => {
  const drop = vi - diodeOutput(vi, diode);
  return vi > 0 ? vi - drop / openLoop : diodeOutput(vi, diode);
};

/** A MOSFET switch that a comparator opens above 0: dividers of its on and off resistance with the load. */
export const clampOutput = (vi: number, on: number, off: number, load: number): number =>
  (vi * load) / (load + (vi > 0 ? on : off));
