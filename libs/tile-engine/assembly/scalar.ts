/** src/math.ts and src/noise.ts, operation by operation, in f64. */
const LN2_HIGH: f64 = 6.9314718036912381649e-1;
const LN2_LOW: f64 = 1.90821492927058770002e-10;
const LN2: f64 = 0.6931471805599453;

/** e^x; 0 below −708, ∞ above 709. */
export function exp(x: f64): f64 {
  if (x < -708) return 0;
  if (x > 709) return Infinity;
  const k = Math.floor(x / LN2 + 0.5);
  const high = x - k * LN2_HIGH;
  const low = k * LN2_LOW;
  const r = high - low;
  const t = r * r;
  const c =
    r -
    t *
      (1.66666666666666019037e-1 +
        t *
          (-2.77777777770155933842e-3 +
            t * (6.61375632143793436117e-5 + t * (-1.6533902205465251539e-6 + t * 4.13813679705723846039e-8))));
  return (1 - (low - (r * c) / (2 - c) - high)) * reinterpret<f64>((<u64>(<i64>k + 1023)) << 52);
}

/** h/(1 + e^−h). */
export function silu(h: f32): f32 {
  const wide = <f64>h;
  return <f32>(wide / (1 + exp(-wide)));
}

/** A Poisson count by inversion of a uniform of 53 bits. */
export function poisson(lambda: f64, word0: u32, word1: u32): f64 {
  const u = (<f64>word0 * 2097152 + <f64>(word1 >>> 11) + 0.5) / 9007199254740992;
  let count: f64 = 0;
  let probability = exp(-lambda);
  let cumulative = probability;
  while (u > cumulative && count < 1000) {
    count += 1;
    probability *= lambda / count;
    cumulative += probability;
  }
  return count;
}
