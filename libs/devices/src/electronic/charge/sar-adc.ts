/** A successive-approximation converter of 2^bits codes over 0 … 1. */
export interface SarAdc {
  readonly bits: number;
  /** Capacitors of the bits as parts of all, most significant first: ideally ½, ¼, … */
  readonly weights: Float64Array;
}

/**
 * A converter whose bit i is 2^i unit capacitors of relative spread `sigma`; `draw` gives standard normals. The units
 * sum to 2^bits with the terminating one, which is what the reference is divided by.
 */
export function sarAdc(bits: number, sigma: number, draw: () => number): SarAdc {
  const units = Float64Array.from({ length: bits }, (_, i) => {
    const count = 2 ** (bits - 1 - i);
    return count + sigma * Math.sqrt(count) * draw();
  });
  const total = 1 + sigma * draw() + units.reduce((sum, unit) => sum + unit, 0);
  return { bits, weights: units.map((unit) => unit / total) };
}

/**
 * Code of a voltage v in parts of the reference: the bits are tried from the most significant on, each kept if the
 * comparator finds v at or above the trial. `noise` is what it adds to v, drawn anew for each decision. Rounds to
 * nearest: trials are half a step low.
 */
export function sarConvert({ bits, weights }: SarAdc, v: number, noise: () => number = () => 0): number {
  const half = 2 ** -(bits + 1);
  let level = 0;
  let code = 0;
  for (let i = 0; i < bits; i++) {
    const trial = level + weights[i]!;
    if (v + noise() >= trial - half) {
      level = trial;
      code += 2 ** (bits - 1 - i);
    }
  }
  return code;
}

/**
 * Root mean square over all codes of the integral nonlinearity that mismatched units leave, in steps: the level of
 * code k varies by σ²·k·(1 − k/2^b), whose mean over k is σ²·2^b/6.
 */
export const nonlinearityRms = (bits: number, sigma: number): number => sigma * Math.sqrt(2 ** bits / 6);
