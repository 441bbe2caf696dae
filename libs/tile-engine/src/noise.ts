import { cosKernel, exp, lnScaled, sinKernel } from './math.js';

const ANGLE = Math.PI / 2 / 0x4000_0000;

/** 2^(z − 31) for z leading zeros of a word: scales word + ½ into [1, 2). Word 0 stands for ½ and has z = 32. */
const SCALE = new Float64Array(33);
SCALE[32] = 2;
for (let z = 31; z >= 0; z--) SCALE[z] = SCALE[z + 1]! / 2;

/** √(−2 ln u) for u = (word + ½)/2³²: at most 6.76, the reach of the Gaussian's tails. */
function radius(word: number): number {
  const zeros = Math.clz32(word);
  return Math.sqrt(-2 * lnScaled(((word >>> 0) + 0.5) * SCALE[zeros]!, -1 - zeros));
}

/**
 * A standard normal from two words (Box–Muller: radius from the first, angle from the second; the cosine branch).
 * Independent words give independent values.
 */
export function gaussian(word0: number, word1: number): number {
  const phi = ((word1 & 0x3fff_ffff) - 0x2000_0000 + 0.5) * ANGLE;
  const r = radius(word0);
  // The angle is quadrant·π/2 + phi with |phi| ≤ π/4.
  switch (word1 >>> 30) {
    case 0:
      return r * cosKernel(phi);
    case 1:
      return -r * sinKernel(phi);
    case 2:
      return -r * cosKernel(phi);
    default:
      return r * sinKernel(phi);
  }
}

/** Two independent standard normals from two words: both branches of Box–Muller. */
export function gaussianPair(out: Float64Array, word0: number, word1: number): void {
  const r = radius(word0);
  const phi = ((word1 & 0x3fff_ffff) - 0x2000_0000 + 0.5) * ANGLE;
  let c = r * cosKernel(phi);
  let s = r * sinKernel(phi);
  const quadrant = word1 >>> 30;
  if (quadrant & 1) {
    const swap = c;
    c = -s;
    s = swap;
  }
  if (quadrant & 2) {
    c = -c;
    s = -s;
  }
  out[0] = c;
  out[1] = s;
}

/** Largest mean that `poisson` takes: e^−λ must stay a normal number. */
export const POISSON_LIMIT = 500;

/** A Poisson count of mean λ ≤ POISSON_LIMIT, by inversion of a uniform of 53 bits out of two words. */
export function poisson(lambda: number, word0: number, word1: number): number {
  const u = ((word0 >>> 0) * 0x20_0000 + (word1 >>> 11) + 0.5) / 0x20_0000_0000_0000;
  let count = 0;
  let probability = exp(-lambda);
  let cumulative = probability;
  // The cumulated sum may end a rounding error below the largest u; a thousand counts lie beyond any tail.
  while (u > cumulative && count < 1000) {
    count += 1;
    probability *= lambda / count;
    cumulative += probability;
  }
  return count;
}
