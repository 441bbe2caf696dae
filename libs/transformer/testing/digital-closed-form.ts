import { inverseFrequencies } from '../src/digital/rope.js';
import type { DigitalWeights } from '../src/digital/digital-unit.js';

/** The digital unit's formulas in f64, one row at a time: what every implementation comes close to. */
export class ClosedForm {
  private readonly keys: number[][][];
  private readonly values: number[][][];

  constructor(private readonly weights: DigitalWeights) {
    this.keys = weights.norms.map(() => []);
    this.values = weights.norms.map(() => []);
  }

  embed(token: number): number[] {
    const { hidden } = this.weights.config;
    return [...this.weights.embedding.subarray(token * hidden, (token + 1) * hidden)];
  }

  norm(x: readonly number[], weight: Float32Array): number[] {
    const mean = x.reduce((sum, value) => sum + value * value, 0) / x.length;
    return x.map((value, i) => (value / Math.sqrt(mean + this.weights.config.rmsNormEps)) * weight[i]!);
  }

  activate(gateUp: readonly number[]): number[] {
    const ffn = gateUp.length / 2;
    return gateUp.slice(0, ffn).map((gate, i) => (gate / (1 + Math.exp(-gate))) * gateUp[ffn + i]!);
  }

  /** Attention of the next position of a sequence; its key and value stay. */
  attend(layer: number, qkv: readonly number[]): number[] {
    const { heads, kvHeads, headDim } = this.weights.config;
    const [keys, values] = [this.keys[layer]!, this.values[layer]!];
    const position = keys.length;
    const head = (i: number): number[] => qkv.slice(i * headDim, (i + 1) * headDim);
    keys.push(Array.from({ length: kvHeads }, (_, i) => this.turn(head(heads + i), position)).flat());
    values.push(qkv.slice((heads + kvHeads) * headDim));
    return Array.from({ length: heads }, (_, i) => {
      const q = this.turn(head(i), position);
      const kv = Math.floor((i * kvHeads) / heads) * headDim;
      const weights = keys.map((key) =>
        Math.exp(q.reduce((sum, value, d) => sum + value * key[kv + d]!, 0) / Math.sqrt(headDim)),
      );
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      return q.map((_, d) => weights.reduce((sum, weight, p) => sum + weight * values[p]![kv + d]!, 0) / total);
    }).flat();
  }

  private turn(head: readonly number[], position: number): number[] {
    const { headDim, ropeTheta } = this.weights.config;
    const half = headDim / 2;
    const frequencies = inverseFrequencies(headDim, ropeTheta, null);
    return head.map((value, i) => {
      const angle = position * frequencies[i % half]!;
      const other = i < half ? -head[i + half]! : head[i - half]!;
      return value * Math.cos(angle) + other * Math.sin(angle);
    });
  }
}
