import type { RowBatch } from '@ohmlight/contracts';
import type { TileEngine } from '@ohmlight/tile-engine';

/** A matrix in the operands of one number format. */
export interface OperandMatrix {
  readonly residentBytes: number;
  /**
   * Row-major rows × n, in the units of weights × activations; a row's bits depend on that row and the matrix alone.
   * @throws OhmlightError `invalid_job` when lengths do not fit or an activation is not finite or has no operand.
   */
  multiply(batch: RowBatch): Float32Array;
  release(): void;
}

/** How an accelerator holds the operands of a product, multiplies them and writes the outputs. */
export interface Numerics {
  /** Bytes of a weight, and of an activation, in memory. */
  readonly operandBytes: number;
  /** Bytes of the scale of a column of weights, and of a row of activations; 0 where operands have none. */
  readonly scaleBytes: number;
  /** Bytes of an output in memory. */
  readonly outputBytes: number;
  /** @throws OhmlightError `invalid_shard` when a weight has no operand. */
  program(engine: TileEngine, weights: Float32Array, k: number, n: number): OperandMatrix;
}
