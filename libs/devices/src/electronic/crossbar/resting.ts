import { type DigitWeights, MOST_DIGIT_BITS } from '@ohmlight/tile-engine';
import type { Mapping } from './mapping.js';
import type { Frame } from './parameters.js';
import { type ArrayState, type Block, type ShardWeights } from './tiles.js';
import { type CutLaws, REACH } from './trajectory.js';
import { wiringOf } from './wiring.js';

/**
 * Room for the digits of an array whose cells each hold a digit and rest on their targets, with nothing between cells
 * and outputs; null for another one.
 */
export function restingDigits(
  p: Frame,
  { sliced, devices, slices }: Mapping,
  laws: CutLaws,
  { k, n }: ShardWeights,
): DigitWeights | null {
  const still = laws.kind === 'rest' && !laws.reads && laws.temperatureFactor === 1;
  const bare = !wiringOf(p) && p.stuck_low + p.stuck_high === 0 && p.weight_scheme !== 'offset-column';
  // What drift is compared with is the sum of a column, and without a DAC weights are read whole: the general way has both.
  const plain = p.compensation === 'none' && p.input_bits > 0;
  if (!(still && bare && plain && sliced && devices === 1 && sliced.bits <= MOST_DIGIT_BITS)) return null;
  const tiles = Math.ceil(k / p.tile_rows);
  return {
    bits: sliced.bits,
    codes: new Uint16Array(n * k),
    values: new Float32Array((n * tiles * slices) << sliced.bits),
  };
}

/**
 * Digits in single cells that rest on their targets: a cell is its digit's conductance, so a column of a tile is its
 * codes and a weight for each digit. The bits are those of the general way (block-reader.ts), which brings every
 * device to its age.
 */
export class RestingSlices {
  /** What a cell of each digit conducts, in the column at hand, S. */
  readonly #siemens: Float64Array;

  constructor(
    readonly p: Frame,
    readonly mapping: Mapping,
    readonly shard: ShardWeights,
    readonly state: ArrayState,
    readonly digits: DigitWeights,
  ) {
    this.#siemens = new Float64Array(mapping.sliced!.conductances.length);
  }

  /** Stores the digits of a tile. @param scales of its columns */
  store(block: Block, scales: Float64Array): void {
    const { k, n, weights } = this.shard;
    const { mapping } = this;
    for (let c = 0; c < block.columns; c++) {
      const from = (block.first + c) * k + block.start;
      mapping.sliced!.encode(this.digits.codes, from, weights, from, block.rows, scales[c]!);
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
    const { codes, values } = this.digits;
    const shift = bits * digit;
    const top = conductances.length - 1;
    const from = (first + c) * k + start;
    let current = 0;
    for (let i = from; i < from + rows; i++) current += conductances[(codes[i]! >> shift) & top]!;
    const inverted = p.column_inversion === 'on' && current > (rows * (p.g_min + p.g_max)) / 2;
    const siemens = this.#siemens;
    const { rowConductance } = state;
    const tiles = Math.ceil(k / p.tile_rows);
    const to = (((first + c) * tiles + tile) * mapping.slices + digit) << bits;
    for (let value = 0; value <= top; value++) {
      const g = inverted ? p.g_min + p.g_max - conductances[value]! : conductances[value]!;
      siemens[value] = g;
      values[to + value] = (inverted ? -g : g) * unit;
    }
    for (let i = 0; i < rows; i++)
      rowConductance[start + i] = rowConductance[start + i]! + siemens[(codes[from + i]! >> shift) & top]!;
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
