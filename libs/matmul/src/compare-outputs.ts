/** How outputs differ from the reference's. */
export interface OutputError {
  /** Relative Frobenius error ‖y − ref‖/‖ref‖; 1 against silence. */
  readonly error: number;
  /** Signal-to-noise ratio, −20·log10(error), at most 180 dB. */
  readonly decibels: number;
  /** Cosine of the angle between both, −1 … 1; 1 where both are alike, 0 where one is zero. */
  readonly cosine: number;
}

/** Σ(y − ref)², Σref², Σy² and Σy·ref of outputs. */
export interface ErrorSums {
  noise: number;
  signal: number;
  own: number;
  product: number;
}

export const noErrorSums = (): ErrorSums => ({ noise: 0, signal: 0, own: 0, product: 0 });

/** Adds the outputs `y` beside `reference`, of the same length. */
export function addErrors(sums: ErrorSums, y: Float32Array, reference: Float32Array): void {
  for (let i = 0; i < reference.length; i++) {
    sums.noise += (y[i]! - reference[i]!) ** 2;
    sums.signal += reference[i]! ** 2;
    sums.own += y[i]! ** 2;
    sums.product += y[i]! * reference[i]!;
  }
}

export function errorOf({ noise, signal, own, product }: ErrorSums): OutputError {
  const ratio = noise === 0 ? 0 : signal === 0 ? 1 : Math.sqrt(noise / signal);
  const lengths = Math.sqrt(signal) * Math.sqrt(own);
  const cosine = noise === 0 ? 1 : lengths === 0 ? 0 : Math.max(-1, Math.min(1, product / lengths));
  return { error: ratio, decibels: -20 * Math.log10(Math.max(ratio, 1e-9)), cosine };
}

/** Compares `y` with `reference`, of the same length. */
export function compareOutputs(y: Float32Array, reference: Float32Array): OutputError {
  const sums = noErrorSums();
  addErrors(sums, y, reference);
  return errorOf(sums);
}
