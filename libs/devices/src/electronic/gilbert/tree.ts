import {
  type Amplifier,
  closedLoopBandwidth,
  finiteGain,
  noiseGain,
  outputNoise,
  settlingTime,
  type SummingNode,
  thermalNoise,
} from './amplifier.js';

/** A tree of summing nodes over the products of one output. */
export interface TreeDesign {
  /** Products of an output. */
  readonly cells: number;
  /** Inputs of one node at most. */
  readonly fanIn: number;
  readonly amplifier: Amplifier;
  /** Standard deviation of an amplifier's input offset, V. */
  readonly offset: number;
  /** R_i between levels, Ohm. */
  readonly resistance: number;
  /** Voltage of one full product at the root, V. */
  readonly unitVoltage: number;
  /** Largest voltage of a node, V. */
  readonly swing: number;
  /** Of one product: current at full scale, A; output resistance, Ohm; noise, A/√Hz. */
  readonly cell: { readonly current: number; readonly resistance: number; readonly noise: number };
  /** Bits that outputs settle to. */
  readonly bits: number;
  readonly temperature: number;
}

export interface TreeLevel {
  /** Nodes, and products under one of them. */
  readonly nodes: number;
  readonly span: number;
  readonly node: SummingNode;
  readonly noiseGain: number;
  /** Gain from this level's outputs to the root. */
  readonly toRoot: number;
}

export interface Tree {
  readonly levels: readonly TreeLevel[];
  /** What finite open-loop gain leaves of the whole. */
  readonly gain: number;
  /** Standard deviation of the static offset, and of the noise, of the root, in full products. */
  readonly offset: number;
  readonly noise: number;
  /** Noise bandwidth, Hz: π/2 of the slowest node's. */
  readonly bandwidth: number;
  readonly settlingTime: number;
  /** Amplifiers of one output. */
  readonly amplifiers: number;
}

/**
 * Levels of nodes of at most fanIn inputs. Between levels R_f/R_i = 1/√inputs, which keeps the root mean square of
 * unrelated products as it is; the first level's feedback brings one product to unitVoltage at the root. Every error
 * of a node reaches the root by the gains above it, and those of different nodes are independent.
 */
export function treeOf(design: TreeDesign): Tree {
  const { cells, fanIn, amplifier, unitVoltage, temperature } = design;
  const shape: { inputs: number; nodes: number; span: number }[] = [];
  for (let below = cells, span = 1; shape.length === 0 || below > 1;) {
    const nodes = Math.ceil(below / fanIn);
    span *= fanIn;
    shape.push({ inputs: Math.min(fanIn, below), nodes, span });
    below = nodes;
  }
  const levels: TreeLevel[] = [];
  let toRoot = 1;
  for (const [level, { inputs, nodes, span }] of [...shape.entries()].toReversed()) {
    const first = level === 0;
    const feedback = first ? unitVoltage / toRoot / design.cell.current : design.resistance / Math.sqrt(inputs);
    const resistance = first ? design.cell.resistance : design.resistance;
    const inputNoise = first ? design.cell.noise : thermalNoise(resistance, temperature);
    const ng = noiseGain(feedback, inputs, resistance);
    levels.unshift({ nodes, span, node: { inputs, feedback, resistance, inputNoise }, noiseGain: ng, toRoot });
    toRoot /= Math.sqrt(inputs);
  }
  const slowest = Math.max(...levels.map((level) => level.noiseGain));
  const bandwidth = (Math.PI / 2) * closedLoopBandwidth(slowest, amplifier.gainBandwidth);
  const sum = (of: (level: TreeLevel) => number): number => levels.reduce((total, level) => total + of(level), 0);
  const offsets = sum((level) => level.nodes * (design.offset * level.noiseGain * level.toRoot) ** 2);
  const noise = sum(
    (level) => level.nodes * outputNoise(level.node, amplifier, bandwidth, temperature) * level.toRoot ** 2,
  );
  return {
    levels,
    gain: levels.reduce((gain, level) => gain * finiteGain(level.noiseGain, amplifier.gain), 1),
    offset: Math.sqrt(offsets) / unitVoltage,
    noise: Math.sqrt(noise) / unitVoltage,
    bandwidth,
    settlingTime: sum((level) => settlingTime(design.bits, level.noiseGain, amplifier, design.swing)),
    amplifiers: sum((level) => level.nodes),
  };
}
