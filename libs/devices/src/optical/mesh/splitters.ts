import { writeUnit } from '../common/angles.js';

/**
 * The two splitters of each interferometer of a mesh, of angles π/4 + α and π/4 + β: an interferometer knows them by
 * p = α + β and d = α − β alone,
 *
 * T = i·e^(iθ/2)·[[S·cos d + iC·sin p, C·cos p + iS·sin d], [C·cos p − iS·sin d, −S·cos d + iC·sin p]]·diag(e^(iφ), 1)
 *
 * with S = sin θ/2, C = cos θ/2. Ideal ones give i·e^(iθ/2)·[[S, C], [C, −S]]·diag(e^(iφ), 1).
 */
export class Splitters {
  readonly sinP: Float64Array;
  readonly cosP: Float64Array;
  readonly sinD: Float64Array;
  readonly cosD: Float64Array;
  readonly #unit = new Float64Array(2);

  /** Ideal ones. */
  constructor(count: number) {
    this.sinP = new Float64Array(count);
    this.cosP = new Float64Array(count).fill(1);
    this.sinD = new Float64Array(count);
    this.cosD = new Float64Array(count).fill(1);
  }

  /** Gives an interferometer splitters that miss π/4 by these angles, rad: of the first, and of the second. */
  set(place: number, alpha: number, beta: number): void {
    writeUnit(this.#unit, alpha + beta);
    this.cosP[place] = this.#unit[0]!;
    this.sinP[place] = this.#unit[1]!;
    writeUnit(this.#unit, alpha - beta);
    this.cosD[place] = this.#unit[0]!;
    this.sinD[place] = this.#unit[1]!;
  }
}
