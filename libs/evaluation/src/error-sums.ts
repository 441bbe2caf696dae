import type { Operation } from '@ohmlight/contracts';

/** How far a matrix's outputs lie from the reference's for the same activations. */
export interface OperationError {
  readonly layer: number;
  readonly operation: Operation;
  /** Rows that were compared. */
  readonly rows: number;
  /** 10·log₁₀(Σ ref² / Σ (y − ref)²), at most 180. */
  readonly snrDecibels: number;
  /** √(Σ (y − ref)² / Σ ref²). */
  readonly relativeError: number;
  /** Σ y·ref / √(Σ y² · Σ ref²). */
  readonly cosine: number;
}

/** Beyond it an error is rounding of the sums that measure it. */
const MOST_DECIBELS = 180;

/** Sums over the outputs of one matrix, or of several. */
export class ErrorSums {
  rows = 0;
  #noise = 0;
  #reference = 0;
  #output = 0;
  #product = 0;

  /** Adds outputs, row-major; a difference counts in f64. */
  add(y: Float32Array, reference: Float32Array, rows: number): void {
    let noise = 0;
    let signal = 0;
    let output = 0;
    let product = 0;
    for (let i = 0; i < reference.length; i++) {
      const a = y[i]!;
      const b = reference[i]!;
      noise += (a - b) * (a - b);
      signal += b * b;
      output += a * a;
      product += a * b;
    }
    this.rows += rows;
    this.#noise += noise;
    this.#reference += signal;
    this.#output += output;
    this.#product += product;
  }

  figures(): Pick<OperationError, 'rows' | 'snrDecibels' | 'relativeError' | 'cosine'> {
    const silent = this.#reference === 0;
    const ratio = this.#noise === 0 ? 0 : silent ? 1 : this.#noise / this.#reference;
    const norms = Math.sqrt(this.#output * this.#reference);
    return {
      rows: this.rows,
      snrDecibels: Math.min(MOST_DECIBELS, -10 * Math.log10(Math.max(ratio, 10 ** (-MOST_DECIBELS / 10)))),
      relativeError: Math.sqrt(ratio),
      cosine: norms === 0 ? (this.#noise === 0 ? 1 : 0) : Math.min(1, this.#product / norms),
    };
  }
}
