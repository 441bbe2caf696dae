/** Relative Frobenius error and signal-to-noise ratio (dB) of `y` against `reference`; against silence, 1 and 0. */
export function compareOutputs(y: Float32Array, reference: Float32Array): { error: number; decibels: number } {
  let noise = 0;
  let signal = 0;
  for (let i = 0; i < reference.length; i++) {
    noise += (y[i]! - reference[i]!) ** 2;
    signal += reference[i]! ** 2;
  }
  const ratio = noise === 0 ? 0 : signal === 0 ? 1 : Math.sqrt(noise / signal);
  return { error: ratio, decibels: -20 * Math.log10(Math.max(ratio, 1e-9)) };
}
