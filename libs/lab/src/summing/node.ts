import { type Amplifier, thermalNoise, type Tree, treeOf } from '@ohmlight/devices/electronic';

/** What sums are made of: equal resistors about operational amplifiers. */
export interface Parts {
  readonly amplifier: Amplifier;
  /** Standard deviation of an amplifier's offset, V. */
  readonly offset: number;
  /** R_i of every input and R_f of a flat sum, Ohm. */
  readonly resistance: number;
  /** Largest output, V. */
  readonly swing: number;
  readonly temperature: number;
}

/** A sum v = Σ v_i of equal weights, at its output. */
export interface SumRow {
  readonly structure: 'flat' | 'tree';
  readonly inputs: number;
  readonly levels: number;
  readonly amplifiers: number;
  /** Largest noise gain among the nodes. */
  readonly noise_gain: number;
  /** Rms over the noise bandwidth, V. */
  readonly noise_volts: number;
  /** Standard deviation, V. */
  readonly offset_volts: number;
  /** −3 dB of the slowest node, Hz. */
  readonly bandwidth_hz: number;
  readonly settling_seconds: number;
  /** What finite open-loop gain takes off, relative. */
  readonly gain_error: number;
  /** Largest output over noise, dB. */
  readonly snr_db: number;
}

/** Input voltage at which the summing current of one input is counted; it cancels. */
const UNIT = 1;

/**
 * Sums `inputs` voltages with R_f/R_i = 1 to the root: in one node, or in a tree of nodes of at most `fanIn` inputs.
 * The equations are the devices' own (`treeOf`).
 */
export function sumOf(parts: Parts, inputs: number, fanIn: number, bits: number, structure: 'flat' | 'tree'): SumRow {
  const { amplifier, resistance, temperature, swing } = parts;
  const tree: Tree = treeOf({
    cells: inputs,
    fanIn: structure === 'flat' ? Math.max(inputs, 2) : fanIn,
    amplifier,
    offset: parts.offset,
    resistance,
    unitVoltage: UNIT,
    swing,
    cell: { current: UNIT / resistance, resistance, noise: thermalNoise(resistance, temperature) },
    bits,
    temperature,
  });
  const noise = tree.noise * UNIT;
  return {
    structure,
    inputs,
    levels: tree.levels.length,
    amplifiers: tree.amplifiers,
    noise_gain: Math.max(...tree.levels.map((level) => level.noiseGain)),
    noise_volts: noise,
    offset_volts: tree.offset * UNIT,
    bandwidth_hz: tree.bandwidth / (Math.PI / 2),
    settling_seconds: tree.settlingTime,
    gain_error: 1 - tree.gain,
    snr_db: 20 * Math.log10(swing / Math.SQRT2 / noise),
  };
}
