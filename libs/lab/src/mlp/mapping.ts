import { OhmlightError } from '@ohmlight/contracts';
import type { GilbertArray } from '@ohmlight/devices/electronic';
import type { CircuitDesign } from './design.js';
import { forward, type Law, type Layer, type Network } from './network.js';

/** A network in the circuit's terms: weights and inputs in parts of the ports' full scales. */
export interface Mapped {
  /** Weights within ±1, the bias last. */
  readonly layers: readonly Layer[];
  /** By layer: full products at a node's swing. */
  readonly ranges: readonly number[];
  /** Logit of one full product of the last layer. */
  readonly logitScale: number;
}

/** Room above the largest sum that the training points make. */
const HEADROOM = 1.05;
const LEAST_RANGE = 0.25;

/**
 * Brings a trained network into the circuit: one gain for all weights of a layer, so that a volt is the same hidden
 * value at each of its nodes, and feedback resistors that put the largest sum of the training points at the swing.
 */
export function mapNetwork(network: Network, x: Float32Array): Mapped {
  const { sums } = forward(network, x);
  const { layers } = network;
  const ranges: number[] = [];
  let scale = 1;
  const mapped = layers.map(({ inputs, outputs, weights }, l): Layer => {
    // A layer's inputs are 1 at full scale and so is the line of its bias.
    const own = weights.map((w, at) => (at % (inputs + 1) === inputs ? w / scale : w));
    const most = own.reduce((largest, w) => Math.max(largest, Math.abs(w)), 0);
    const perProduct = most * scale;
    const hidden = l < layers.length - 1;
    const largest = sums[l]!.reduce((top, sum) => Math.max(top, hidden ? sum : Math.abs(sum)), 0);
    ranges.push(Math.max(LEAST_RANGE, (HEADROOM * largest) / perProduct));
    scale = hidden ? ranges[l]! * perProduct : perProduct;
    return { inputs, outputs, weights: own.map((w) => w / most) };
  });
  return { layers: mapped, ranges, logitScale: scale };
}

/** A function from a table over −1 … 1, linear between points; its slope is the table's. */
export function tabulatedLaw(value: (x: number) => number, points = 4096): Law {
  const table = Float64Array.from({ length: points + 1 }, (_, i) => value((2 * i) / points - 1));
  const place = (x: number): number => Math.min(points - 1e-9, Math.max(0, ((x + 1) / 2) * points));
  return {
    value: (x) => {
      const at = place(x);
      const i = Math.floor(at);
      return table[i]! + (at - i) * (table[i + 1]! - table[i]!);
    },
    slope: (x) => {
      if (x < -1 || x > 1) return 0;
      const i = Math.floor(place(x));
      return ((table[i + 1]! - table[i]!) * points) / 2;
    },
  };
}

/** Laws of a layer's ports, without errors: of an input, and of a weight at the gain that makes full scales 1. */
export function portLaws(array: GilbertArray): { readonly input: Law; readonly weight: Law } {
  const { terms } = array.separated;
  if (terms.length > 1)
    throw new OhmlightError(
      'invalid_profile',
      'a network from end to end takes cells whose law is one product: law exponential',
      'set',
    );
  const gain = array.gain * (1 - (1 - array.tree.gain) * array.outputTrim);
  return { input: tabulatedLaw(terms[0]!.x), weight: tabulatedLaw((w) => gain * terms[0]!.w(w)) };
}

/** Law of a hidden node: products to what the next layer's ports see, limited by the swing. */
export function nodeLaw(design: CircuitDesign, range: number): Law {
  const { rectifier, swing } = design;
  const law = tabulatedLaw((part) => Math.max(-1, Math.min(1, rectifier(part * swing) / swing)), 8192);
  return { value: (p) => law.value(p / range), slope: (p) => law.slope(p / range) / range };
}

/** The circuit without chance, as a network that can be run and trained. */
export function circuitNetwork(mapped: Mapped, design: CircuitDesign): Network {
  const last = mapped.layers.length - 1;
  const stages = mapped.layers.map(({ inputs }, l) => {
    const range = mapped.ranges[l]!;
    const activation =
      l < last
        ? nodeLaw(design, range)
        : { value: (p: number) => p * mapped.logitScale, slope: () => mapped.logitScale };
    return { ...portLaws(design.arrayOf(inputs + 1, range)), activation };
  });
  return { layers: mapped.layers, stages };
}
