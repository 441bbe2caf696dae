/** Transmission of a modulator that is shut, over that of an open one. */
export interface Rails {
  /** ε: transmission of a shut pixel over an open one's. */
  readonly dark: number;
  /** Part of one rail's light that reaches the other's detector. */
  readonly leak: number;
}

/**
 * Weights v = v⁺ − v⁻ as two intensities, P = ε + (1 − ε)·v⁺ and Q = ε + (1 − ε)·v⁻, of which `leak` changes sides.
 * Their difference is κ·v with κ = (1 − ε)(1 − 2·leak), their sum 2ε + (1 − ε)·|v|.
 */
export const contrast = ({ dark, leak }: Rails): number => (1 - dark) * (1 - 2 * leak);

/** P and Q at the detectors. */
export function railsOf(v: number, { dark, leak }: Rails): readonly [number, number] {
  const p = dark + (1 - dark) * Math.max(v, 0);
  const q = dark + (1 - dark) * Math.max(-v, 0);
  return [p + leak * (q - p), q + leak * (p - q)];
}

/** P + Q. */
export const lightOfRails = (v: number, { dark }: Rails): number => 2 * dark + (1 - dark) * Math.abs(v);
