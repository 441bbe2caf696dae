/**
 * Part of channel j's light that the ring of channel k takes, N channels over a free spectral range:
 * X = 1/(1 + (2(j − k)Δ/FWHM)²), Δ/FWHM = finesse/N; 0 for its own. Resonances repeat, so that distances count around.
 */
export function leak(distance: number, channels: number, finesse: number): number {
  if (distance === 0) return 0;
  const around = Math.min(Math.abs(distance), channels - Math.abs(distance));
  return 1 / (1 + ((2 * around * finesse) / channels) ** 2);
}

/** Sum of what the other N − 1 rings take of a channel. */
export function leakSum(channels: number, finesse: number): number {
  let sum = 0;
  for (let distance = 1; distance < channels; distance++) sum += leak(distance, channels, finesse);
  return sum;
}
