/** Random numbers for specs, apart from the generator under test (mulberry32). */
export interface Random {
  readonly uniform: () => number;
  readonly gaussian: () => number;
  gaussians(length: number, sigma?: number, clip?: number): Float32Array;
}

export function random(seed: number): Random {
  let state = seed | 0;
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (((t ^ (t >>> 14)) >>> 0) + 0.5) / 4294967296;
  };
  const gaussian = (): number => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  return {
    uniform,
    gaussian,
    gaussians: (length, sigma = 1, clip = Infinity) =>
      Float32Array.from({ length }, () => sigma * Math.max(-clip, Math.min(clip, gaussian()))),
  };
}

/** Rows with seeds and positions of their own. */
export function batchOf(x: Float32Array, rows: number, seed = 1000n) {
  return {
    rows,
    x,
    seeds: BigUint64Array.from({ length: rows }, (_, row) => seed + BigInt(row % 3)),
    positions: Uint32Array.from({ length: rows }, (_, row) => 7 + row),
  };
}

/** Mean, variance and excess kurtosis. */
export function moments(values: Float32Array | Float64Array): { mean: number; variance: number; kurtosis: number } {
  const count = values.length;
  let mean = 0;
  for (const value of values) mean += value / count;
  let second = 0;
  let fourth = 0;
  for (const value of values) {
    const square = (value - mean) ** 2;
    second += square / count;
    fourth += (square * square) / count;
  }
  return { mean, variance: second, kurtosis: fourth / second ** 2 - 3 };
}

/** a·b in f64. */
export function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? NaN), 0);
}

/** y = x·Wᵀ in f64. */
export function exactProduct(w: Float32Array, x: Float32Array, rows: number, k: number, n: number): Float64Array {
  return Float64Array.from({ length: rows * n }, (_, at) => {
    const row = Math.floor(at / n);
    return dot(x.subarray(row * k, row * k + k), w.subarray((at % n) * k, (at % n) * k + k));
  });
}

/** ‖a − b‖/‖b‖. */
export function relativeError(a: Float32Array | Float64Array, b: Float32Array | Float64Array): number {
  let error = 0;
  let signal = 0;
  b.forEach((value, i) => {
    error += ((a[i] ?? NaN) - value) ** 2;
    signal += value ** 2;
  });
  return Math.sqrt(error / signal);
}

export const decibels = (ratio: number): number => 20 * Math.log10(ratio);
