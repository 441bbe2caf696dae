import { type Address, type DigitalKernels } from './kernels.js';

/** Positions of a page. The attention kernel takes as many at a time. */
export const PAGE_POSITIONS = 16;

export interface KvShape {
  readonly layers: number;
  readonly kvHeads: number;
  /** A multiple of 2; fastest as a multiple of 8. */
  readonly headDim: number;
  /** Most positions. */
  readonly context: number;
}

/**
 * Keys (after RoPE) and values of one sequence, in pages of 16 positions that are taken as the sequence grows: nothing
 * is ever copied. A page holds every layer; a layer every key and value head; a head its keys, headDim × 16, then its
 * values, 16 × headDim rounded up to 8.
 */
export class KvPages {
  private readonly pages: Address[] = [];
  /** The pages' addresses, as the kernels read them. */
  readonly table: Address;
  private readonly headBytes: number;

  /** @throws OhmlightError `capacity_exceeded` */
  constructor(
    private readonly kernels: DigitalKernels,
    private readonly shape: KvShape,
  ) {
    const { headDim, context } = shape;
    this.headBytes = 4 * PAGE_POSITIONS * (headDim + Math.ceil(headDim / 8) * 8);
    this.table = kernels.allocate(Math.ceil(context / PAGE_POSITIONS));
  }

  private get pageBytes(): number {
    return this.headBytes * this.shape.kvHeads * this.shape.layers;
  }

  /** Bytes of the pages. */
  get bytes(): number {
    return this.pages.length * this.pageBytes;
  }

  /** Where a page keeps a layer, in bytes. */
  layerOffset(layer: number): number {
    return layer * this.shape.kvHeads * this.headBytes;
  }

  /**
   * Makes room for the first `positions` positions. Pages that were taken stay when it throws.
   * @throws OhmlightError `capacity_exceeded`
   */
  reserve(positions: number): void {
    while (this.pages.length * PAGE_POSITIONS < positions) {
      const page = this.kernels.allocate(this.pageBytes / 4);
      this.kernels.words(this.table, this.pages.length + 1)[this.pages.length] = page;
      this.pages.push(page);
    }
  }

  /**
   * Writes one position of a layer; room is reserved.
   * @param keys kvHeads · headDim, after RoPE; `values` likewise.
   */
  store(layer: number, position: number, keys: Address, values: Address): void {
    const { kvHeads, headDim } = this.shape;
    const page = this.pages[Math.floor(position / PAGE_POSITIONS)]! + this.layerOffset(layer);
    this.kernels.run.storeKeyValue(keys, values, page, position % PAGE_POSITIONS, kvHeads, headDim);
  }

  /**
   * Attention of the query heads of one key and value head over the first `length` positions.
   * @param q group · headDim, after RoPE; `out` likewise.
   * @param scores Room for `length` values, rounded up to a page.
   */
  attend(
    layer: number,
    kvHead: number,
    length: number,
    q: Address,
    group: number,
    scores: Address,
    out: Address,
  ): void {
    const { headDim } = this.shape;
    const offset = this.layerOffset(layer) + kvHead * this.headBytes;
    const scale = 1 / Math.sqrt(headDim);
    this.kernels.run.attend(q, group, headDim, this.table, offset, length, scale, scores, out);
  }

  /** Gives all memory back; the cache is not used again. */
  free(): void {
    for (const page of this.pages.splice(0)) this.kernels.free(page);
    this.kernels.free(this.table);
  }
}
