import type { PreparedTiles } from '../prepare.js';
import {
  areColumns,
  areDigits,
  type ColumnWeights,
  type DigitWeights,
  type Weights,
  writeColumns,
} from '../weights.js';
import type { Arena } from './arena.js';

/** Where weights become codes. */
interface Packing {
  /** Room for the weights of a panel: `packingBytes`. */
  readonly room: number;
  /** Full scales in the arena, slices × tiles × columns. */
  readonly scales: number;
  readonly columns: number;
  readonly sliceBytes: number;
  readonly tileBytes: number;
}

/** Columns of a panel. */
const PANEL = 8;

const valueBytes = ({ bits }: DigitWeights, { tiles, slices }: PreparedTiles): number => (4 * tiles * slices) << bits;

/** Room that packing takes beside the tiles. */
export function packingBytes(weights: Weights, prepared: PreparedTiles): number {
  const { k, slices } = prepared;
  // Magnitudes come one by one, whatever the weights do.
  if (areDigits(weights)) return PANEL * Math.max(4 * k, 2 * k + valueBytes(weights, prepared));
  return PANEL * 4 * k * (areColumns(weights) ? slices : 1);
}

/**
 * Writes the codes of weights, panel by panel of each tile.
 * @throws OhmlightError `invalid_shard` when one that comes with its columns is not finite.
 */
export function pack(arena: Arena, prepared: PreparedTiles, weights: Weights, to: number, packing: Packing): void {
  if (areDigits(weights)) packDigits(arena, prepared, weights, to, packing);
  else packFloats(arena, prepared, weights, to, packing);
}

function packFloats(
  { kernels, floats }: Arena,
  { k, n, tileRows, tiles, slices, weightLimit }: PreparedTiles,
  weights: Float32Array | ColumnWeights,
  to: number,
  { room, scales, columns, sliceBytes, tileBytes }: Packing,
): void {
  const at = room / 4;
  for (let first = 0; first < columns; first += PANEL) {
    const count = Math.max(0, Math.min(PANEL, n - first));
    const written = areColumns(weights) && count > 0;
    if (written) writeColumns(weights, floats.subarray(at, at + slices * count * k), first, count);
    for (let slice = 0; slice < slices; slice++) {
      if (!areColumns(weights)) {
        const from = (slice * n + first) * k;
        floats.set(weights.subarray(from, from + count * k), at);
      }
      const own = written ? room + 4 * slice * count * k : room;
      for (let tile = 0; tile < tiles; tile++) {
        const inputs = Math.min(tileRows, k - tile * tileRows);
        const panel = slice * sliceBytes + tile * tileBytes + first * Math.ceil(inputs / 2) * 4;
        const scale = scales + 4 * ((slice * tiles + tile) * columns + first);
        const column = own + 4 * tile * tileRows;
        kernels.packCodes(to + panel, column, 4 * k, count, inputs, scale, weightLimit);
      }
    }
  }
}

function packDigits(
  { kernels, floats, shorts }: Arena,
  prepared: PreparedTiles,
  weights: DigitWeights,
  to: number,
  { room, scales, columns, sliceBytes, tileBytes }: Packing,
): void {
  const { k, n, tileRows, tiles, slices, weightLimit } = prepared;
  const { bits, codes, values } = weights;
  const stride = valueBytes(weights, prepared);
  // Behind the values: the kernel reads four, however few a digit has.
  const codesAt = room + PANEL * stride;
  for (let first = 0; first < columns; first += PANEL) {
    const count = Math.max(0, Math.min(PANEL, n - first));
    floats.set(values.subarray((first * stride) / 4, ((first + count) * stride) / 4), room / 4);
    shorts.set(codes.subarray(first * k, (first + count) * k), codesAt / 2);
    for (let tile = 0; tile < tiles; tile++) {
      const inputs = Math.min(tileRows, k - tile * tileRows);
      const panel = to + tile * tileBytes + first * Math.ceil(inputs / 2) * 4;
      const column = codesAt + 2 * tile * tileRows;
      for (let slice = 0; slice < slices; slice++) {
        const scale = scales + 4 * ((slice * tiles + tile) * columns + first);
        const value = room + ((4 * (tile * slices + slice)) << bits);
        const out = panel + slice * sliceBytes;
        kernels.packDigits(out, column, 2 * k, count, inputs, slice * bits, bits, value, stride, scale, weightLimit);
      }
    }
  }
}
