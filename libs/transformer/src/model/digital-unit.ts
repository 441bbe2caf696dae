/**
 * The digital unit's arithmetic on rows. Every function reads and writes f32, sums in f64 in the order of
 * indices, and works on one row at a time: a row's bits do not depend on its neighbours.
 */

/** `out = x · rsqrt(mean(x²) + ε) · weight`, one row of `weight.length`. */
export function rmsNormRow(
  x: Float32Array,
  xStart: number,
  weight: Float32Array,
  epsilon: number,
  out: Float32Array,
  outStart: number,
): void {
  const width = weight.length;
  let sum = 0;
  for (let i = 0; i < width; i++) {
    const value = x[xStart + i]!;
    sum += value * value;
  }
  const scale = 1 / Math.sqrt(sum / width + epsilon);
  for (let i = 0; i < width; i++) out[outStart + i] = x[xStart + i]! * scale * weight[i]!;
}

/** RMSNorm of `rows` rows. */
export function rmsNorm(x: Float32Array, rows: number, weight: Float32Array, epsilon: number): Float32Array {
  const out = new Float32Array(rows * weight.length);
  for (let row = 0; row < rows; row++) {
    const start = row * weight.length;
    rmsNormRow(x, start, weight, epsilon, out, start);
  }
  return out;
}

/** `into += part`. */
export function addInto(into: Float32Array, part: Float32Array): void {
  for (let i = 0; i < into.length; i++) into[i] = into[i]! + part[i]!;
}

/**
 * `silu(gate) · up`, with `silu(g) = g / (1 + e^−g)`.
 * @param gateUp Row-major, rows × 2·ffn: gate, then up.
 * @returns Row-major, rows × ffn.
 */
export function gatedSilu(gateUp: Float32Array, rows: number, ffn: number): Float32Array {
  const out = new Float32Array(rows * ffn);
  for (let row = 0; row < rows; row++) {
    const gateStart = row * 2 * ffn;
    const upStart = gateStart + ffn;
    const outStart = row * ffn;
    for (let i = 0; i < ffn; i++) {
      const gate = gateUp[gateStart + i]!;
      out[outStart + i] = (gate / (1 + Math.exp(-gate))) * gateUp[upStart + i]!;
    }
  }
  return out;
}

export interface AttentionShape {
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
}

/** Room for one head's scores and one head's output, kept between calls. */
export class AttentionScratch {
  scores = new Float64Array(64);
  readonly sum: Float64Array;

  constructor(headDim: number) {
    this.sum = new Float64Array(headDim);
  }

  reserve(positions: number): void {
    if (positions > this.scores.length) this.scores = new Float64Array(Math.max(positions, this.scores.length * 2));
  }
}

/**
 * Causal attention of one query row over the first `length` positions of a cache, head by head, positions in
 * order: softmax(q · kᵀ / √headDim) · v. Query head h reads key and value head ⌊h · kvHeads / heads⌋.
 *
 * @param q The row's queries after RoPE, heads · headDim from `qStart`.
 * @param keys, values Row-major, positions × (kvHeads · headDim).
 * @param out Receives heads · headDim from `outStart`.
 */
export function attendRow(
  q: Float32Array,
  qStart: number,
  keys: Float32Array,
  values: Float32Array,
  length: number,
  { heads, kvHeads, headDim }: AttentionShape,
  scratch: AttentionScratch,
  out: Float32Array,
  outStart: number,
): void {
  scratch.reserve(length);
  const { scores, sum } = scratch;
  const width = kvHeads * headDim;
  const group = heads / kvHeads;
  const scale = 1 / Math.sqrt(headDim);
  for (let head = 0; head < heads; head++) {
    const queryStart = qStart + head * headDim;
    const kvStart = Math.floor(head / group) * headDim;

    let top = -Infinity;
    for (let position = 0; position < length; position++) {
      const keyStart = position * width + kvStart;
      let score = 0;
      for (let i = 0; i < headDim; i++) score += q[queryStart + i]! * keys[keyStart + i]!;
      score *= scale;
      scores[position] = score;
      if (score > top) top = score;
    }
    let total = 0;
    for (let position = 0; position < length; position++) {
      const weight = Math.exp(scores[position]! - top);
      scores[position] = weight;
      total += weight;
    }
    sum.fill(0);
    for (let position = 0; position < length; position++) {
      const weight = scores[position]! / total;
      const valueStart = position * width + kvStart;
      for (let i = 0; i < headDim; i++) sum[i] = sum[i]! + weight * values[valueStart + i]!;
    }
    out.set(sum, outStart + head * headDim);
  }
}
