/**
 * Levels of a phase-change cell: transmissions T_k = ρ^k, k = 0 … 2^b − 1. What the darkest one lets through, the floor
 * f = ρ^(2^b − 1), is subtracted by the other rail and the rest rescaled: u_k = (T_k − f)/(1 − f), 1 down to 0.
 */
export class CellLevels {
  /** Transmission of the darkest level; 0 for cells of no levels, 0 bits. */
  readonly floor: number;
  /** u_k, rising. */
  readonly #levels: Float64Array;

  constructor(bits: number, ratio: number) {
    const count = bits === 0 ? 0 : 2 ** bits;
    const transmissions = new Float64Array(count);
    for (let k = 0, t = 1; k < count; k++, t *= ratio) transmissions[count - 1 - k] = t;
    this.floor = transmissions[0] ?? 0;
    this.#levels = transmissions.map((t) => (t - this.floor) / (1 - this.floor));
  }

  /** All levels u_k, rising. */
  get all(): readonly number[] {
    return [...this.#levels];
  }

  /** The level nearest to a magnitude 0 … 1, with the sign of v; v itself for cells of no levels. */
  nearest(v: number): number {
    const levels = this.#levels;
    if (levels.length === 0) return v;
    const magnitude = Math.abs(v);
    let low = 0;
    let high = levels.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((levels[middle]! + levels[middle + 1]!) / 2 < magnitude) low = middle + 1;
      else high = middle;
    }
    return v < 0 ? -levels[low]! : levels[low]!;
  }
}
