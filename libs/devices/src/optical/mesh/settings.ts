/** Phases of a mesh, rad. `all` holds them in the order θ, φ, outputs. */
export interface Settings {
  readonly all: Float64Array;
  /** Of each interferometer, in the order of light. */
  readonly theta: Float64Array;
  readonly phi: Float64Array;
  /** One for each output. */
  readonly output: Float64Array;
}

export function settingsOf(count: number, modes: number): Settings {
  const all = new Float64Array(2 * count + modes);
  return {
    all,
    theta: all.subarray(0, count),
    phi: all.subarray(count, 2 * count),
    output: all.subarray(2 * count),
  };
}

const TURN = 2 * Math.PI;

/** Rounds phases to the nearest of the 2^bits codes of a turn, rms error 2π/2^bits/√12; 0 bits leave them. */
export function quantise(phases: Float64Array, bits: number): void {
  if (bits === 0) return;
  const step = TURN / 2 ** bits;
  for (let i = 0; i < phases.length; i++) phases[i] = Math.round(phases[i]! / step) * step;
}
