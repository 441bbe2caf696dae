import type { Operation, RowBatch } from '@ohmlight/contracts';
import type { Matmul, MatmulCall, MatmulReply } from '@ohmlight/transformer';
import { ErrorSums, type OperationError } from './error-sums.js';

/** A row of activations is named by the window that it belongs to, which is its seed too, and its position. */
export interface RowName {
  readonly window: number;
  readonly position: number;
}

/** The activations that one matrix was given, of the rows that are kept. */
export interface KeptMatrix {
  readonly layer: number;
  readonly operation: Operation;
  readonly k: number;
  /** Row-major, kept rows × k. */
  readonly x: Float32Array;
}

const keyOf = (layer: number, operation: Operation): string => `${layer}/${operation}`;

/**
 * A placement's matmul under observation: each call is repeated on the reference with the same activations, and the
 * activations of a few rows are kept.
 */
export class Observer implements Matmul {
  readonly #errors = new Map<string, { layer: number; operation: Operation; sums: ErrorSums }>();
  readonly #kept = new Map<string, KeptMatrix>();
  readonly #slots: ReadonlyMap<string, number>;

  constructor(
    private readonly matmul: Matmul,
    /** Absent where errors are not asked for. */
    private readonly reference: Matmul | undefined,
    private readonly rows: readonly RowName[],
  ) {
    this.#slots = new Map(rows.map(({ window, position }, slot) => [`${window} ${position}`, slot]));
  }

  fused(layer: number): boolean {
    return this.matmul.fused?.(layer) === true;
  }

  async execute(call: MatmulCall, signal?: AbortSignal): Promise<MatmulReply> {
    const { layer, operation, batch } = call;
    this.#keep(layer, operation, batch);
    const reply = await this.matmul.execute(call, signal);
    if (this.reference) {
      const reference = await this.reference.execute(call, signal);
      const key = keyOf(layer, operation);
      let error = this.#errors.get(key);
      if (!error) this.#errors.set(key, (error = { layer, operation, sums: new ErrorSums() }));
      error.sums.add(reply.y, reference.y, batch.rows);
    }
    return reply;
  }

  /** Per matrix, in the order of execution. */
  get errors(): OperationError[] {
    return [...this.#errors.values()].map(({ layer, operation, sums }) => ({ layer, operation, ...sums.figures() }));
  }

  /** Per matrix, in the order of execution. */
  get kept(): readonly KeptMatrix[] {
    return [...this.#kept.values()];
  }

  #keep(layer: number, operation: Operation, { rows, x, seeds, positions }: RowBatch): void {
    const k = x.length / rows;
    for (let row = 0; row < rows; row++) {
      const slot = this.#slots.get(`${seeds[row]} ${positions[row]}`);
      if (slot === undefined) continue;
      const key = keyOf(layer, operation);
      let matrix = this.#kept.get(key);
      if (!matrix) this.#kept.set(key, (matrix = { layer, operation, k, x: new Float32Array(this.rows.length * k) }));
      matrix.x.set(x.subarray(row * k, (row + 1) * k), slot * k);
    }
  }
}
