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
 * order: softmax(q · kᵀ / √headDim) · v. Query head h reads key and value head ⌊h · kvHeads / heads⌋. Sums are
 * f64 in the order of indices, so a row's bits depend on the row and its cache alone.
 *
 * @param q The row's queries after RoPE, heads · headDim.
 * @param keys Row-major, positions × (kvHeads · headDim); `values` likewise.
 * @param out Receives heads · headDim from `outStart`.
 */
export function attendRow(
  q: Float32Array,
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
    const kvStart = Math.floor(head / group) * headDim;
    scoreHead(q, head * headDim, keys, kvStart, width, headDim, length, scores);
    softmax(scores, length, scale);
    sumValues(scores, values, kvStart, width, headDim, length, sum);
    out.set(sum, outStart + head * headDim);
  }
}

/** `scores[p] = q · keys[p]`, four positions side by side: their sums do not wait for one another. */
function scoreHead(
  q: Float32Array,
  queryStart: number,
  keys: Float32Array,
  kvStart: number,
  width: number,
  headDim: number,
  length: number,
  scores: Float64Array,
): void {
  let position = 0;
  for (; position + 4 <= length; position += 4) {
    const k0 = position * width + kvStart;
    const k1 = k0 + width;
    const k2 = k1 + width;
    const k3 = k2 + width;
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    for (let i = 0; i < headDim; i++) {
      const query = q[queryStart + i]!;
      s0 += query * keys[k0 + i]!;
      s1 += query * keys[k1 + i]!;
      s2 += query * keys[k2 + i]!;
      s3 += query * keys[k3 + i]!;
    }
    scores[position] = s0;
    scores[position + 1] = s1;
    scores[position + 2] = s2;
    scores[position + 3] = s3;
  }
  for (; position < length; position++) {
    const keyStart = position * width + kvStart;
    let score = 0;
    for (let i = 0; i < headDim; i++) score += q[queryStart + i]! * keys[keyStart + i]!;
    scores[position] = score;
  }
}

/** Scales the first `length` scores and turns them into weights that sum to one, in place. */
function softmax(scores: Float64Array, length: number, scale: number): void {
  let top = -Infinity;
  for (let position = 0; position < length; position++) {
    const score = scores[position]! * scale;
    scores[position] = score;
    if (score > top) top = score;
  }
  let total = 0;
  for (let position = 0; position < length; position++) {
    const weight = Math.exp(scores[position]! - top);
    scores[position] = weight;
    total += weight;
  }
  for (let position = 0; position < length; position++) scores[position] = scores[position]! / total;
}

/** `sum = Σ weights[p] · values[p]`, added position by position; four per pass over `sum`. */
function sumValues(
  weights: Float64Array,
  values: Float32Array,
  kvStart: number,
  width: number,
  headDim: number,
  length: number,
  sum: Float64Array,
): void {
  sum.fill(0);
  let position = 0;
  for (; position + 4 <= length; position += 4) {
    const v0 = position * width + kvStart;
    const v1 = v0 + width;
    const v2 = v1 + width;
    const v3 = v2 + width;
    const w0 = weights[position]!;
    const w1 = weights[position + 1]!;
    const w2 = weights[position + 2]!;
    const w3 = weights[position + 3]!;
    // Left to right: the same order as one position at a time.
    for (let i = 0; i < headDim; i++)
      sum[i] = sum[i]! + w0 * values[v0 + i]! + w1 * values[v1 + i]! + w2 * values[v2 + i]! + w3 * values[v3 + i]!;
  }
  for (; position < length; position++) {
    const valueStart = position * width + kvStart;
    const weight = weights[position]!;
    for (let i = 0; i < headDim; i++) sum[i] = sum[i]! + weight * values[valueStart + i]!;
  }
}
