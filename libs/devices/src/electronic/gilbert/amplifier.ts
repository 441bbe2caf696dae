import { BOLTZMANN } from '../constants.js';

/** An operational amplifier. */
export interface Amplifier {
  /** Open-loop gain A₀. */
  readonly gain: number;
  /** Gain-bandwidth product, Hz. */
  readonly gainBandwidth: number;
  /** V/s. */
  readonly slewRate: number;
  /** e_n, V/√Hz, and i_n, A/√Hz. */
  readonly voltageNoise: number;
  readonly currentNoise: number;
}

/** Noise gain of an inverting sum: 1 + R_f·Σ1/R_i. */
export const noiseGain = (feedback: number, inputs: number, resistance: number): number =>
  1 + (inputs * feedback) / resistance;

/** What finite open-loop gain leaves of a closed-loop gain: 1/(1 + NG/A₀). */
export const finiteGain = (ng: number, openLoop: number): number => 1 / (1 + ng / openLoop);

/** Closed-loop bandwidth, Hz. */
export const closedLoopBandwidth = (ng: number, gainBandwidth: number): number => gainBandwidth / ng;

/** Seconds to half a step of `bits`: (b + 1)·ln 2·NG/(2π·GBW), and slewing. */
export const settlingTime = (bits: number, ng: number, { gainBandwidth, slewRate }: Amplifier, swing: number): number =>
  ((bits + 1) * Math.LN2 * ng) / (2 * Math.PI * gainBandwidth) + swing / slewRate;

/** What feeds a summing node. */
export interface SummingNode {
  readonly inputs: number;
  /** R_f, Ohm. */
  readonly feedback: number;
  /** Output resistance of one input, Ohm: R_i, or that of a current source. */
  readonly resistance: number;
  /** Noise current of one input, A/√Hz; that of R_i where it is a resistor. */
  readonly inputNoise: number;
}

/** Thermal noise current of a resistor, A/√Hz. */
export const thermalNoise = (resistance: number, temperature: number): number =>
  Math.sqrt((4 * BOLTZMANN * temperature) / resistance);

/**
 * Output noise of a summing node in `bandwidth`, V²: e_n²·NG²·B + (i_n·R_f)²·B + 4kTR_f·B + Σ i_i²·R_f²·B.
 */
export function outputNoise(node: SummingNode, amplifier: Amplifier, bandwidth: number, temperature: number): number {
  const { inputs, feedback, resistance, inputNoise } = node;
  const ng = noiseGain(feedback, inputs, resistance);
  const density =
    (amplifier.voltageNoise * ng) ** 2 +
    (amplifier.currentNoise * feedback) ** 2 +
    4 * BOLTZMANN * temperature * feedback +
    inputs * (inputNoise * feedback) ** 2;
  return density * bandwidth;
}
