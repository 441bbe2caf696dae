import { Draws } from '../draws.js';

/** A function and its derivative. */
export interface Law {
  readonly value: (x: number) => number;
  readonly slope: (x: number) => number;
}

export const IDENTITY: Law = { value: (x) => x, slope: () => 1 };
export const RELU: Law = { value: (x) => (x > 0 ? x : 0), slope: (x) => (x > 0 ? 1 : 0) };

/** A fully connected layer; weights are outputs × (inputs + 1), the bias last, behind an input of 1. */
export interface Layer {
  readonly inputs: number;
  readonly outputs: number;
  readonly weights: Float32Array;
}

/** What a layer computes: activation(Σ input(x)·weight(w)). In fp32 input and weight are the identity. */
export interface Stage {
  readonly input: Law;
  readonly weight: Law;
  readonly activation: Law;
}

export interface Network {
  readonly layers: readonly Layer[];
  readonly stages: readonly Stage[];
}

/** The digital network of these widths: ReLU between layers, none behind the last; weights drawn after He et al., 2015. */
export function digitalNetwork(widths: readonly number[], seed: bigint): Network {
  const draws = new Draws(seed, 'lab/mlp/weights');
  const layers = widths.slice(1).map((outputs, l): Layer => {
    const inputs = widths[l]!;
    const weights = Float32Array.from({ length: outputs * (inputs + 1) }, (_, at) => {
      const bias = at % (inputs + 1) === inputs;
      return (bias ? 0.5 : Math.sqrt(2 / inputs)) * draws.normal(at, l);
    });
    return { inputs, outputs, weights };
  });
  const stages = layers.map((_, l) => ({
    input: IDENTITY,
    weight: IDENTITY,
    activation: l === layers.length - 1 ? IDENTITY : RELU,
  }));
  return { layers, stages };
}

/** What a forward pass leaves for the backward one; row-major, in f32. */
export interface Pass {
  /** By layer: input(x) of its inputs, with the 1 of the bias, rows × (inputs + 1); and the sums, rows × outputs. */
  readonly ports: readonly Float32Array[];
  readonly sums: readonly Float32Array[];
  /** By layer: its inputs before the port's law, rows × inputs. */
  readonly inputs: readonly Float32Array[];
  readonly logits: Float32Array;
}

/** Runs rows through a network; every value is rounded to fp32 where it is stored. */
export function forward({ layers, stages }: Network, x: Float32Array): Pass {
  const rows = x.length / layers[0]!.inputs;
  const pass = { ports: [] as Float32Array[], sums: [] as Float32Array[], inputs: [] as Float32Array[] };
  let values = x;
  layers.forEach(({ inputs, outputs, weights }, l) => {
    const { input, weight, activation } = stages[l]!;
    const effective = weights.map(weight.value);
    const port = new Float32Array(rows * (inputs + 1));
    const sums = new Float32Array(rows * outputs);
    const one = input.value(1);
    for (let row = 0; row < rows; row++) {
      const at = row * (inputs + 1);
      for (let i = 0; i < inputs; i++) port[at + i] = input.value(values[row * inputs + i]!);
      port[at + inputs] = one;
      for (let o = 0; o < outputs; o++) {
        const from = o * (inputs + 1);
        let sum = 0;
        for (let i = 0; i <= inputs; i++) sum += port[at + i]! * effective[from + i]!;
        sums[row * outputs + o] = sum;
      }
    }
    pass.ports.push(port);
    pass.sums.push(sums);
    pass.inputs.push(values);
    values = sums.map(activation.value);
  });
  return { ...pass, logits: values };
}

/** Share of rows whose logit has the sign of its class. */
export function accuracy(logits: Float32Array, labels: Uint8Array): number {
  let right = 0;
  for (let i = 0; i < labels.length; i++) if (logits[i]! > 0 === (labels[i] === 1)) right++;
  return right / labels.length;
}
