import { type GilbertArray, programGilbert } from '@ohmlight/devices/electronic';
import { Draws } from '../draws.js';
import type { CircuitDesign } from './design.js';
import { type Mapped, nodeLaw, portLaws } from './mapping.js';
import type { Law } from './network.js';

/** A network in silicon or on a bench: its static errors are drawn and stay. */
export interface Chip {
  /**
   * Runs rows of inputs within ±1 from one end to the other: DAC, multipliers, summing amplifiers, rectifiers, ADC.
   * Noise is drawn for `reading`; the same reading draws the same noise.
   */
  run(x: Float32Array, reading: number): Float32Array;
  readonly cost: ChipCost;
}

/** What one classification takes on the device. */
export interface ChipCost {
  readonly multipliers: number;
  readonly amplifiers: number;
  readonly seconds: number;
  readonly watts: number;
  readonly joules: number;
}

interface ChipLayer {
  readonly array: GilbertArray;
  readonly inputs: number;
  readonly outputs: number;
  /** Outputs × (inputs + 1), in full products: cells, then what offsets add. */
  readonly weights: Float64Array;
  readonly port: Law;
  readonly node: Law;
  readonly range: number;
}

export function buildChip(mapped: Mapped, design: CircuitDesign, chipSeed: bigint): Chip {
  const layers = mapped.layers.map((layer, l): ChipLayer => {
    const inputs = layer.inputs + 1;
    const range = mapped.ranges[l]!;
    const array = design.arrayOf(inputs, range);
    const { weights } = programGilbert(
      array,
      {
        k: inputs,
        n: layer.outputs,
        columnStart: 0,
        weights: layer.weights,
        chipSeed,
        matrix: `lab/mlp/${l}`,
        fullScale: 1,
      },
      0,
    );
    return {
      array,
      inputs,
      outputs: layer.outputs,
      weights: Float64Array.from(weights),
      port: portLaws(array).input,
      node: nodeLaw(design, range),
      range,
    };
  });
  return {
    cost: costOf(layers, design),
    run: (x, reading) => runRows(layers, design, x, mapped.logitScale, noiseOf(layers, chipSeed, reading)),
  };
}

type Noise = (layer: number, row: number, output: number) => number;

function noiseOf(layers: readonly ChipLayer[], chipSeed: bigint, reading: number): Noise {
  const draws = new Draws(chipSeed, `lab/mlp/noise/${reading}`);
  const coefficients = layers.map(({ array }) => array.tree.noise);
  return (layer, row, output) =>
    coefficients[layer] === 0 ? 0 : coefficients[layer]! * draws.normal(row, output, layer);
}

function runRows(
  layers: readonly ChipLayer[],
  { inputBits, adcBits }: CircuitDesign,
  x: Float32Array,
  logitScale: number,
  noise: Noise,
): Float32Array {
  const steps = 2 ** (inputBits - 1) - 1;
  const codes = 2 ** (adcBits - 1) - 1;
  const width = layers[0]!.inputs - 1;
  const rows = x.length / width;
  const logits = new Float32Array(rows * layers.at(-1)!.outputs);
  for (let row = 0; row < rows; row++) {
    let values = Float64Array.from(x.subarray(row * width, (row + 1) * width), (value) => {
      const code = Math.round(Math.max(-1, Math.min(1, value)) * steps);
      return code / steps;
    });
    layers.forEach(({ inputs, outputs, weights, port, node, range }, l) => {
      const seen = new Float64Array(inputs + 1);
      for (let i = 0; i < inputs - 1; i++) seen[i] = port.value(values[i]!);
      seen[inputs - 1] = port.value(1);
      // The line of the offsets is always driven.
      seen[inputs] = 1;
      const products = new Float64Array(outputs);
      for (let o = 0; o < outputs; o++) {
        let sum = noise(l, row, o);
        for (let i = 0; i <= inputs; i++) sum += seen[i]! * weights[o * (inputs + 1) + i]!;
        products[o] = sum;
      }
      if (l < layers.length - 1) values = products.map(node.value);
      else
        products.forEach((sum, o) => {
          const code = Math.round(Math.max(-1, Math.min(1, sum / range)) * codes);
          logits[row * outputs + o] = (code / codes) * range * logitScale;
        });
    });
  }
  return logits;
}

/** Everything is biased from the inputs until the last node has settled; rectifiers are not counted. */
function costOf(layers: readonly ChipLayer[], design: CircuitDesign): ChipCost {
  const sum = (of: (layer: ChipLayer) => number): number => layers.reduce((total, layer) => total + of(layer), 0);
  const multipliers = sum(({ inputs, outputs }) => inputs * outputs);
  const amplifiers = sum(({ array, outputs }) => array.tree.amplifiers * outputs);
  const inputs = layers[0]!.inputs - 1;
  const outputs = layers.at(-1)!.outputs;
  const settle = inputs * design.dacTime + sum(({ array }) => design.settlingOf(array));
  const watts = multipliers * design.cellPower + amplifiers * design.amplifierPower + design.basePower;
  return {
    multipliers,
    amplifiers,
    seconds: settle + outputs * design.adcTime,
    watts,
    joules: watts * settle + inputs * design.dacEnergy + outputs * design.adcEnergy,
  };
}
