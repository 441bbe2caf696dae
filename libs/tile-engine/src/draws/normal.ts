import { COS, LN, SIN, SQRT_HALF_BITS } from './coefficients.js';

const { fround } = Math;
const float = new Float32Array(1);
const bits = new Int32Array(float.buffer);
const LN2 = fround(Math.LN2);

/** −2 ln u for u = (⌊word/2⌋ + ½)/2³¹, in f32: 0 to 44.4, so that a normal reaches ±6.66. */
function logarithm(word: number): number {
  float[0] = fround(word >>> 1) + 0.5;
  const all = bits[0]!;
  const exponent = (all - SQRT_HALF_BITS) >> 23;
  bits[0] = all - (exponent << 23);
  const y = fround(float[0] - 1);
  const y2 = fround(y * y);
  const y4 = fround(y2 * y2);
  const low = fround(pair(LN[0], LN[1], y) + fround(pair(LN[2], LN[3], y) * y2));
  const high = fround(pair(LN[4], LN[5], y) + fround(LN[6] * y2));
  const q = fround(low + fround(high * y4));
  const ln = fround(fround(y + fround(y2 * q)) + fround((exponent - 31) * LN2));
  return Math.max(0, fround(ln * -2));
}

/** a + b·x. */
const pair = (a: number, b: number, x: number): number => fround(a + fround(b * x));

/**
 * Two independent standard normals from two words, in f32 (Box–Muller): radius √(−2 ln u) from the first word, angle
 * πv/2 with −1 ≤ v ≤ 1 from the second; the first word's lowest bit mirrors the cosine, which closes the circle.
 */
export function normalPair(out: Float32Array, at: number, word0: number, word1: number): void {
  const radius = fround(Math.sqrt(logarithm(word0)));
  const v = fround(fround(word1 | 0) * 2 ** -31);
  const z = fround(v * v);
  const z2 = fround(z * z);
  const sine = fround(pair(SIN[0], SIN[1], z) + fround(pair(SIN[2], SIN[3], z) * z2));
  const cosine = fround(
    fround(pair(COS[0], COS[1], z) + fround(pair(COS[2], COS[3], z) * z2)) + fround(COS[4] * fround(z2 * z2)),
  );
  const c = fround(radius * cosine);
  out[at] = word0 & 1 ? -c : c;
  out[at + 1] = fround(radius * fround(sine * v));
}
