import { exp } from '@ohmlight/tile-engine';
import { forward, type Layer, type Network, type Pass } from './network.js';
import type { Points } from './spirals.js';

export interface Training {
  readonly epochs: number;
  readonly learningRate: number;
  /** L2 penalty of the weights. */
  readonly decay: number;
  /** Weights are kept within ± this after each step. */
  readonly limit: number;
}

// Kingma and Ba, ICLR 2015.
const FIRST = 0.9;
const SECOND = 0.999;
const TINY = 1e-8;

/**
 * Trains a network on all points at once: logistic loss, Adam, weights and moments in fp32, a rate that falls linearly
 * to a twentieth. No draw after the first weights, one order of summation: the same bits everywhere.
 */
export function train(
  network: Network,
  points: Points,
  training: Training,
  progress: (epoch: number) => void,
): Network {
  const layers = network.layers.map((layer) => ({ ...layer, weights: layer.weights.slice() }));
  const trained = { ...network, layers };
  const moments = layers.map(({ weights }) => [new Float32Array(weights.length), new Float32Array(weights.length)]);
  let [first, second] = [1, 1];
  for (let epoch = 0; epoch < training.epochs; epoch++) {
    const gradients = backward(trained, forward(trained, points.x), points.labels);
    first *= FIRST;
    second *= SECOND;
    const rate = training.learningRate * (1 - (0.95 * epoch) / training.epochs);
    layers.forEach(({ weights }, l) => {
      const [m, v] = moments[l] as [Float32Array, Float32Array];
      const gradient = gradients[l]!;
      for (let i = 0; i < weights.length; i++) {
        const g = gradient[i]! + training.decay * weights[i]!;
        m[i] = FIRST * m[i]! + (1 - FIRST) * g;
        v[i] = SECOND * v[i]! + (1 - SECOND) * g * g;
        const step = (rate * (m[i]! / (1 - first))) / (Math.sqrt(v[i]! / (1 - second)) + TINY);
        weights[i] = Math.max(-training.limit, Math.min(training.limit, weights[i]! - step));
      }
    });
    progress(epoch + 1);
  }
  return trained;
}

/** Gradients of the mean logistic loss, by layer. */
export function backward({ layers, stages }: Network, pass: Pass, labels: Uint8Array): Float32Array[] {
  const rows = labels.length;
  const last = layers.length - 1;
  // ∂loss/∂logit = (p − label)/rows, then through the laws of each layer, last one first.
  let delta = Float32Array.from(pass.logits, (z, row) => (1 / (1 + exp(-z)) - labels[row]!) / rows);
  const gradients: Float32Array[] = layers.map(({ weights }) => new Float32Array(weights.length));
  for (let l = last; l >= 0; l--) {
    const { inputs, outputs, weights } = layers[l] as Layer;
    const { input, weight, activation } = stages[l]!;
    const sums = pass.sums[l]!;
    const port = pass.ports[l]!;
    const values = pass.inputs[l]!;
    const ofSum = delta.map((d, at) => d * activation.slope(sums[at]!));
    const ofPort = new Float32Array(rows * inputs);
    const ofWeight = new Float64Array(weights.length);
    const effective = weights.map(weight.value);
    for (let row = 0; row < rows; row++)
      for (let o = 0; o < outputs; o++) {
        const d = ofSum[row * outputs + o]!;
        if (d === 0) continue;
        const from = o * (inputs + 1);
        const at = row * (inputs + 1);
        for (let i = 0; i <= inputs; i++) ofWeight[from + i]! += d * port[at + i]!;
        for (let i = 0; i < inputs; i++) ofPort[row * inputs + i]! += d * effective[from + i]!;
      }
    gradients[l]!.set(ofWeight.map((g, i) => g * weight.slope(weights[i]!)));
    delta = ofPort.map((d, at) => d * input.slope(values[at]!));
  }
  return gradients;
}
