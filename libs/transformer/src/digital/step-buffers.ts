import type { Address, DigitalKernels } from '@ohmlight/tile-engine/digital';
import type { LlamaConfig } from '../checkpoint/config.js';

/** Where a step keeps its rows in the kernels' memory; all row-major. */
export class StepBuffers {
  /** Residual stream: rows × hidden. */
  readonly residual: Address;
  /** Output of the last phase: rows × its columns. */
  readonly y: Address;
  /** Input of the next phase: rows × its inputs. */
  readonly x: Address;
  /** Queries after RoPE: rows × heads · headDim. */
  readonly queries: Address;
  /** Keys of one row after RoPE. */
  readonly keys: Address;
  /** Scores of one row and head, one per position. */
  readonly scores: Address;
  /** Per row its position and its cache's list of pages. */
  readonly table: Address;
  private readonly blocks: Address[] = [];

  /**
   * @param positions Most positions that a row attends to.
   * @throws OhmlightError `capacity_exceeded`; nothing is kept then.
   */
  constructor(
    private readonly kernels: DigitalKernels,
    { hidden, heads, kvHeads, headDim, ffn }: LlamaConfig,
    rows: number,
    positions: number,
  ) {
    try {
      this.residual = this.allocate(rows * hidden);
      this.y = this.allocate(rows * Math.max((heads + 2 * kvHeads) * headDim, hidden, 2 * ffn));
      this.x = this.allocate(rows * Math.max(heads * headDim, hidden, ffn));
      this.queries = this.allocate(rows * heads * headDim);
      this.keys = this.allocate(kvHeads * headDim);
      this.scores = this.allocate(positions + 15);
      this.table = this.allocate(2 * rows);
    } catch (thrown) {
      this.free();
      throw thrown;
    }
  }

  free(): void {
    for (const block of this.blocks.splice(0)) this.kernels.free(block);
  }

  private allocate(length: number): Address {
    const block = this.kernels.allocate(length);
    this.blocks.push(block);
    return block;
  }
}
