/** Code 0 … 2^b − 1 of a magnitude |v| ≤ 1 in b planes. */
export const planeCode = (v: number, planes: number): number => Math.round(Math.abs(v) * (2 ** planes - 1));

/** Planes of a code, lowest first: 0 or 1. */
export const planesOf = (code: number, planes: number): number[] =>
  Array.from({ length: planes }, (_, k) => (code >> k) & 1);

/** Σ 4^k over the planes. */
export const squareSum = (planes: number): number => (4 ** planes - 1) / 3;

/**
 * Σ 4^k·(light of plane k at both detectors), over Σ 4^k: what a weight adds to the variance of a digital sum of
 * planes. Mirrors of the weight's rail show its code, all others are off and give `dark` of their light.
 */
export function planeVariance(code: number, planes: number, dark: number): number {
  let sum = 0;
  for (let k = 0; k < planes; k++) sum += 4 ** k * (2 * dark + ((code >> k) & 1) * (1 - dark));
  return sum / squareSum(planes);
}

/** Frames that all planes take: one each, or 2^k of plane k. */
export const framesOf = (planes: number, weighting: string): number =>
  weighting === 'pulse-width' ? 2 ** planes - 1 : planes;
