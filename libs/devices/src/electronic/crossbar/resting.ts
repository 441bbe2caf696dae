import type { Mapping } from './mapping.js';
import type { Frame } from './parameters.js';
import { type ArrayState, type Block, type ShardWeights } from './tiles.js';
import { REACH } from './trajectory.js';

/**
 * Digits in single cells that rest on their targets, with nothing between cells and outputs: a cell is its digit's
 * conductance, so a tile goes from weights to slices in one pass for each digit. The bits are those of the general way
 * (block-reader.ts), which brings every device to its age.
 */
export class RestingSlices {
  /** Codes of a tile's weights, column by column. */
  readonly #codes: Int32Array;
  /** Of each digit, in the column at hand: what the cell conducts, and the weight that it stands for. */
  readonly #siemens: Float64Array;
  readonly #effective: Float32Array;

  constructor(
    readonly p: Frame,
    readonly mapping: Mapping,
    readonly shard: ShardWeights,
    readonly state: ArrayState,
    size: number,
  ) {
    this.#codes = new Int32Array(size);
    const digits = mapping.sliced!.conductances.length;
    this.#siemens = new Float64Array(digits);
    this.#effective = new Float32Array(digits);
  }

  /** Stores the slices of a tile. @param scales of its columns */
  store(block: Block, scales: Float64Array): void {
    const { k, n, weights } = this.shard;
    const { mapping } = this;
    for (let c = 0; c < block.columns; c++) {
      const from = (block.first + c) * k + block.start;
      mapping.sliced!.encode(this.#codes, c * block.rows, weights, from, block.rows, scales[c]!);
    }
    const tiles = Math.ceil(k / this.p.tile_rows);
    for (let digit = 0; digit < mapping.digits; digit++)
      for (let c = 0; c < block.columns; c++)
        this.#storeColumn(block, c, digit, scales[c]! * mapping.unit(digit), (digit * tiles + block.tile) * n);
  }

  #storeColumn({ tile, start, rows, first }: Block, c: number, digit: number, unit: number, outputs: number): void {
    const { p, mapping, state } = this;
    const { k, n } = this.shard;
    const { conductances, bits } = mapping.sliced!;
    const codes = this.#codes;
    const shift = bits * digit;
    const top = conductances.length - 1;
    const from = c * rows;
    let current = 0;
    for (let i = from; i < from + rows; i++) current += conductances[(codes[i]! >> shift) & top]!;
    const inverted = p.column_inversion === 'on' && current > (rows * (p.g_min + p.g_max)) / 2;
    const siemens = this.#siemens;
    const effective = this.#effective;
    for (let value = 0; value <= top; value++) {
      const g = inverted ? p.g_min + p.g_max - conductances[value]! : conductances[value]!;
      siemens[value] = g;
      effective[value] = (inverted ? -g : g) * unit;
    }
    const { weights, rowConductance } = state;
    const to = (digit * n + first + c) * k + start;
    for (let i = 0; i < rows; i++) {
      const value = (codes[from + i]! >> shift) & top;
      weights[to + i] = effective[value]!;
      rowConductance[start + i] = rowConductance[start + i]! + siemens[value]!;
    }
    if (inverted) {
      current = 0;
      for (let i = from; i < from + rows; i++) current += siemens[(codes[i]! >> shift) & top]!;
    }
    state.fullScale[outputs + first + c] = unit * p.g_max * REACH;
    state.columnConductance[outputs + first + c] = current;
    const middle = mapping.reference(digit);
    if (state.offset) state.offset[tile * n + first + c]! += (inverted ? middle - p.g_min - p.g_max : middle) * unit;
  }
}
