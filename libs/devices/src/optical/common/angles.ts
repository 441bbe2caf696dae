import { cosKernel, sinKernel } from '@ohmlight/tile-engine';

const HALF_PI = Math.PI / 2;

/** Cosine and sine of any angle, the same bits on every machine: quadrant and kernel (fdlibm's). */
export function cosine(x: number): number {
  const quadrant = Math.round(x / HALF_PI);
  const rest = x - quadrant * HALF_PI;
  switch (quadrant & 3) {
    case 0:
      return cosKernel(rest);
    case 1:
      return -sinKernel(rest);
    case 2:
      return -cosKernel(rest);
    default:
      return sinKernel(rest);
  }
}

export const sine = (x: number): number => cosine(x - HALF_PI);
