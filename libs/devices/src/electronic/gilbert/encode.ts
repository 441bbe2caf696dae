import { OhmlightError, type RowBatch } from '@ohmlight/contracts';
import { type GilbertArray, linesOf } from './array.js';

/** Rows as the multipliers take them, and how many inputs were beyond the DAC. */
export interface EncodedRows {
  readonly batch: RowBatch;
  readonly saturated: number;
}

/**
 * Converts inputs to codes and codes to what the terms of the law make of them: the port's own function, exactly, of
 * the DAC's own steps. Each tile ends on a line that is always at full scale, which carries the offsets.
 */
export class InputEncoder {
  /** By term, values of the codes −L … L. */
  readonly #tables: readonly Float64Array[];
  readonly #limit: number;

  constructor(
    readonly array: GilbertArray,
    readonly k: number,
    readonly inputRange: number | undefined,
  ) {
    const limit = 2 ** (array.inputBits - 1) - 1;
    this.#limit = limit;
    this.#tables = array.separated.terms.map(({ x }) =>
      Float64Array.from({ length: 2 * limit + 1 }, (_, at) => x((at - limit) / limit)),
    );
  }

  /** @throws OhmlightError `invalid_job` when lengths do not fit or an activation is not finite. */
  encode(batch: RowBatch): EncodedRows {
    const { k, array } = this;
    const { rows, x, seeds, positions } = batch;
    if (!(Number.isInteger(rows) && rows >= 1) || x.length !== rows * k)
      throw new OhmlightError(
        'invalid_job',
        `${rows} rows of ${k} inputs take ${rows * k} activations, not ${x.length}`,
      );
    const { separated, tileRows } = array;
    const terms = separated.terms.length;
    const tiles = Math.ceil(k / tileRows);
    const lines = (tiles - 1) * linesOf(separated, tileRows) + linesOf(separated, k - (tiles - 1) * tileRows);
    const out = new Float32Array(rows * lines);
    let saturated = 0;
    for (let row = 0; row < rows; row++) {
      const scale = this.#scaleOf(x, row);
      // A row of zeros drives nothing.
      if (!(scale > 0)) continue;
      let at = row * lines;
      for (let start = 0; start < k; start += tileRows) {
        const cells = Math.min(tileRows, k - start);
        for (let i = 0; i < cells; i++) {
          const code = Math.round((x[row * k + start + i]! / scale) * this.#limit);
          const limited = Math.max(-this.#limit, Math.min(this.#limit, code));
          if (limited !== code) saturated += 1;
          for (let term = 0; term < terms; term++)
            out[at + term * cells + i] = scale * this.#tables[term]![limited + this.#limit]!;
        }
        at += terms * cells;
        out[at++] = scale;
      }
    }
    return { batch: { rows, x: out, seeds, positions }, saturated };
  }

  /** The activation of the largest code; 0 for a row of zeros. */
  #scaleOf(x: Float32Array, row: number): number {
    let largest = 0;
    for (let at = row * this.k; at < (row + 1) * this.k; at++) {
      const magnitude = Math.abs(x[at]!);
      if (!(magnitude < Infinity))
        throw new OhmlightError(
          'invalid_job',
          `activation ${at - row * this.k} of row ${row} is ${x[at]}; activations must be finite`,
        );
      if (magnitude > largest) largest = magnitude;
    }
    if (largest === 0) return 0;
    return Math.fround(this.inputRange ?? largest * this.array.inputClip);
  }
}
