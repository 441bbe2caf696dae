/** A ring with one bus: amplitude `a` left after a round trip, amplitude `r` that stays on the bus at the coupler. */
export interface AllPassRing {
  readonly a: number;
  readonly r: number;
}

/** T = (a² + r² − 2ar·cos φ)/(1 + a²r² − 2ar·cos φ), from the cosine of the round trip's phase. */
export function allPassTransmission({ a, r }: AllPassRing, cosine: number): number {
  const twice = 2 * a * r * cosine;
  return (a * a + r * r - twice) / (1 + a * a * r * r - twice);
}

/**
 * Least and greatest transmission: ((a − r)/(1 − ar))² on resonance, ((a + r)/(1 + ar))² between resonances; their ratio is
 * the extinction ratio.
 */
export const allPassExtremes = ({ a, r }: AllPassRing): readonly [least: number, greatest: number] => [
  ((a - r) / (1 - a * r)) ** 2,
  ((a + r) / (1 + a * r)) ** 2,
];

/** Weights ±range that T_drop − T_through = 1 − 2T has on both sides, where all that leaves the bus is dropped. */
export function allPassRange(ring: AllPassRing): number {
  const [least, greatest] = allPassExtremes(ring);
  return Math.min(1 - 2 * least, 2 * greatest - 1);
}

/** Free spectral range over the width of a resonance at half depth: π√g/(1 − g) with the round trip's amplitude gain g. */
export const finesseOf = (gain: number): number => (Math.PI * Math.sqrt(gain)) / (1 - gain);

/** A ring between two buses with equal couplers: `r` stays on a bus, `a` is left after a round trip. */
export interface AddDropRing {
  readonly a: number;
  readonly r: number;
}

/**
 * The weight of an add-drop ring with a balanced pair of photodiodes, w = T_drop − T_through, as a function of the cosine
 * c of the round trip's phase:
 *
 *     T_through = r²(1 + a² − 2a·c)/(1 + r⁴a² − 2r²a·c)      T_drop = (1 − r²)²a/(1 + r⁴a² − 2r²a·c)
 */
export class WeightRing {
  readonly finesse: number;
  readonly #a: number;
  readonly #b: number;
  readonly #through: number;
  readonly #drop: number;

  constructor({ a, r }: AddDropRing) {
    const power = r * r;
    this.finesse = finesseOf(power * a);
    this.#a = 1 + power * power * a * a;
    this.#b = 2 * power * a;
    this.#through = power * (1 + a * a);
    this.#drop = (1 - power) ** 2 * a;
  }

  through(c: number): number {
    return (this.#through - this.#b * c) / (this.#a - this.#b * c);
  }

  drop(c: number): number {
    return this.#drop / (this.#a - this.#b * c);
  }

  /** T_drop − T_through. */
  weight(c: number): number {
    return this.drop(c) - this.through(c);
  }

  /** All light that reaches the photodiodes, T_drop + T_through. */
  light(c: number): number {
    return this.drop(c) + this.through(c);
  }

  /** The cosine at which the weight is w. */
  cosineOf(w: number): number {
    const c = (w * this.#a - this.#drop + this.#through) / (this.#b * (1 + w));
    return c > 1 ? 1 : c < -1 ? -1 : c;
  }
}
