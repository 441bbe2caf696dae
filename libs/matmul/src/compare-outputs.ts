/** How outputs differ from the reference's. */
export interface OutputError {
  /** Relative Frobenius error ‖y − ref‖/‖ref‖; 1 against silence. */
  readonly error: number;
  /** Signal-to-noise ratio, −20·log10(error), at most 180 dB. */
  readonly decibels: number;
  /** Cosine of the angle between both, −1 … 1; 1 where both are zero, 0 where one is. */
  readonly cosine: number;
}

/** Compares `y` with `reference`, of the same length. */
export function compareOutputs(y: Float32Array, reference: Float32Array): OutputError {
  let noise = 0;
  let signal = 0;
  let own = 0;
  let product = 0;
  for (let i = 0; i < reference.length; i++) {
    noise += (y[i]! - reference[i]!) ** 2;
    signal += reference[i]! ** 2;
    own += y[i]! ** 2;
    product += y[i]! * reference[i]!;
  }
  const ratio = noise === 0 ? 0 : signal === 0 ? 1 : Math.sqrt(noise / signal);
  const lengths = Math.sqrt(signal) * Math.sqrt(own);
  const cosine = noise === 0 ? 1 : lengths === 0 ? 0 : Math.max(-1, Math.min(1, product / lengths));
  return { error: ratio, decibels: -20 * Math.log10(Math.max(ratio, 1e-9)), cosine };
}
