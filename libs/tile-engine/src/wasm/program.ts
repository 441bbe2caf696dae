import type { TileProgram } from '../engine.js';
import { type Coefficient, magnitudeCodes, prepareTiles, type PreparedTiles } from '../prepare.js';
import { nearestEven } from '../quantise.js';
import { weightCodes } from '../reference/tiles.js';
import { codeRange } from '../reference/convert-output.js';
import { inputLimit } from '../prepare.js';
import type { Transfer } from '../readout.js';
import type { Weights } from '../weights.js';
import { type Arena, Layout } from './arena.js';
import * as L from './layout.js';
import { pack, packingBytes } from './pack.js';

const { fround } = Math;
const FORMS = ['none', 'constant', 'input-norm', 'variance'] as const;
const SIGNS = ['both', 'positive', 'negative', 'twos-complement'] as const;
const SCALES = ['abs-max', 'fixed', 'percentile'] as const;
const TRANSFERS = ['none', 'table', 'clamp', 'compressive', 'cubic'] as const;
const TERMS = ['constant', 'input-norm', 'signal', 'root-signal', 'abs-product', 'abs-power'] as const;

const COUNTS = ['dark', 'power', 'product'] as const;

/** Columns with padding. */
export const padded = (n: number): number => Math.ceil(n / L.COLUMN_STEP) * L.COLUMN_STEP;

/** Tiles that lie in an arena as one block. */
export interface ResidentTiles {
  readonly prepared: PreparedTiles;
  readonly address: number;
  readonly bytes: number;
  readonly columns: number;
  /** Products of a reading: the codes in one or two parts, magnitudes and squares where noise asks for them. */
  readonly variants: number;
}

/** Checks a program and prepares its readout, apart from any memory. */
export const compile = (program: TileProgram<Weights>): PreparedTiles =>
  prepareTiles(program, (limit) => weightCodes(program, limit));

/** Lays programmed tiles out in an arena. */
export function place(arena: Arena, program: TileProgram<Weights>, prepared: PreparedTiles): ResidentTiles {
  const { k, n, tileRows, tiles, slices, passes, readout } = prepared;
  const columns = padded(n);
  const readings = slices * tiles;
  const layout = new Layout();
  const struct = layout.take(L.MATRIX_BYTES);
  const passList = layout.take(Math.max(1, passes.length) * L.PASS_BYTES);
  const { magnitudes: asksMagnitudes, squares: asksSquares } = prepared.asks;
  // What stands for |w| in the noise, where the weights' own codes do not.
  const other = asksMagnitudes || asksSquares ? program.magnitudes : undefined;
  const tables = passes.map(({ limit }) => ({
    limit,
    magnitudes: asksMagnitudes ? layout.take(2 * (limit + 1)) : 0,
    squares: asksSquares ? layout.take(2 * (limit + 1)) : 0,
  }));
  const values: readonly (readonly [number, Coefficient | null])[] = [
    [L.M_FULL_SCALE, program.fullScale],
    [L.M_SIGMA, prepared.sigma],
    ...TERMS.map((term, i) => [L.M_VARIANCES + i * L.COEFFICIENT_BYTES, prepared.variances[term]] as const),
    [L.M_STEP, prepared.step],
    [L.M_INVERSE_STEP, inverseSteps(program, prepared, columns)],
    [L.M_WEIGHT_NORM, prepared.weightNorm],
    ...COUNTS.map((count, i) => [L.M_COUNTS + i * L.COEFFICIENT_BYTES, prepared.counts?.[count] ?? null] as const),
  ];
  const coefficients = values.map(([field, value]) => ({
    field,
    value,
    offset: value === null ? 0 : layout.take(4 * (typeof value === 'number' ? L.STRIP : readings * columns)),
  }));
  const table = readout.transfer?.kind === 'table' ? layout.take(4 * readout.transfer.values.length) : 0;
  const lastRows = k - (tiles - 1) * tileRows;
  const pairs = Math.ceil(tileRows / 2);
  const tileBytes = pairs * columns * 4;
  const sliceBytes = (tiles - 1) * tileBytes + Math.ceil(lastRows / 2) * columns * 4;
  const codesAt = layout.take(slices * sliceBytes);
  const magnitudesAt = other ? layout.take(slices * sliceBytes) : codesAt;

  const room = arena.workspace(packingBytes(program.weights, prepared));
  const address = arena.allocator.allocate(layout.bytes);
  // Packing writes every code.
  arena.fill(address, codesAt);
  const { view, floats, shorts } = arena;
  const at = (offset: number): number => address + offset;
  const word = (field: number, value: number): void => view.setInt32(at(struct) + field, value, true);
  const float = (field: number, value: number): void => view.setFloat32(at(struct) + field, value, true);
  const double = (field: number, value: number): void => view.setFloat64(at(struct) + field, value, true);

  word(L.M_K, k);
  word(L.M_N, n);
  word(L.M_COLUMNS, columns);
  word(L.M_TILE_ROWS, tileRows);
  word(L.M_TILES, tiles);
  word(L.M_SLICES, slices);
  word(L.M_CODES, at(codesAt));
  word(L.M_MAGNITUDE_CODES, at(magnitudesAt));
  word(L.M_SLICE_BYTES, sliceBytes);
  word(L.M_TILE_BYTES, tileBytes);
  word(L.M_FORM, FORMS.indexOf(prepared.form));
  for (const { field, value, offset } of coefficients) {
    if (value === null) continue;
    word(field, at(offset));
    if (typeof value === 'number') floats.fill(value, at(offset) / 4, at(offset) / 4 + L.STRIP);
    else {
      word(field + 4, 4 * columns);
      word(field + 8, -1);
      for (let reading = 0; reading < readings; reading++)
        floats.set(value.subarray(reading * n, (reading + 1) * n), at(offset) / 4 + reading * columns);
    }
  }
  word(L.M_OUTPUT, Number(readout.output !== null));
  if (readout.output) {
    const [least, greatest] = codeRange(readout.output);
    float(L.M_LEAST, least);
    float(L.M_GREATEST, greatest);
    word(L.M_BY_NORM, Number(readout.output.range.kind === 'operand-norms'));
  }
  writeTransfer(readout.transfer, word, float);
  if (readout.transfer?.kind === 'table') {
    word(L.M_TABLE, at(table));
    floats.set(readout.transfer.values, at(table) / 4);
  }
  if (readout.shot) {
    const counted = 'gain' in readout.shot;
    word(L.M_SHOT, counted ? 2 : 1);
    double(L.M_PHOTONS, counted ? readout.shot.gain : readout.shot.photonsPerMac);
    double(L.M_POISSON_BELOW, readout.shot.poissonBelow);
  }
  word(L.M_PASSES, passes.length);
  word(L.M_PASS_LIST, at(passList));
  word(L.M_SPLIT, prepared.split);
  word(L.M_ASKS_MAGNITUDES, Number(asksMagnitudes));
  word(L.M_ASKS_SQUARES, Number(asksSquares));
  float(L.M_MAGNITUDE_UNIT, fround(1 / (prepared.magnitudeLimit * prepared.weightLimit)));
  float(L.M_ANALOG_UNIT, fround(1 / prepared.weightLimit));
  const byNorm = readout.output?.range.kind === 'operand-norms';
  const asksNorm =
    byNorm || readout.shot !== null || prepared.form === 'input-norm' || prepared.variances['input-norm'] !== null;
  word(L.M_ASKS_NORM, Number(asksNorm));
  if (readout.input) {
    const { bits, scale, rounding } = readout.input;
    float(L.M_INPUT_LIMIT, inputLimit(bits));
    word(L.M_SCALE, SCALES.indexOf(scale.kind));
    float(L.M_SCALE_FACTOR, scale.kind === 'abs-max' ? scale.clip : scale.kind === 'fixed' ? scale.range : 0);
    word(L.M_STOCHASTIC, Number(rounding === 'stochastic'));
  }
  if (readout.bound) {
    word(L.M_BOUND_ROUNDS, readout.bound.rounds);
    word(L.M_BOUND_COLUMNS, readout.bound.columns);
  }
  for (const [i, pass] of passes.entries()) {
    const base = at(passList) + i * L.PASS_BYTES;
    const { limit, magnitudes, squares } = tables[i]!;
    view.setInt32(base + L.P_SIGN, SIGNS.indexOf(pass.sign), true);
    view.setInt32(base + L.P_SHIFT, pass.shift, true);
    view.setInt32(base + L.P_MASK, pass.mask, true);
    view.setFloat64(base + L.P_LIMIT, limit, true);
    view.setFloat32(base + L.P_WEIGHT, pass.weight, true);
    view.setFloat32(base + L.P_UNIT, fround(fround(1 / limit) / prepared.weightLimit), true);
    if (asksMagnitudes) {
      view.setInt32(base + L.P_MAGNITUDES, at(magnitudes), true);
      const codes = magnitudeCodes(limit, prepared.magnitudeLimit, 1);
      shorts.set(codes, at(magnitudes) / 2);
      view.setFloat32(base + L.P_MAGNITUDE_FACTOR, codeFactor(codes, prepared.magnitudeLimit / limit, 1), true);
    }
    if (asksSquares) {
      view.setInt32(base + L.P_SQUARES, at(squares), true);
      const codes = magnitudeCodes(limit, prepared.magnitudeLimit, 2);
      shorts.set(codes, at(squares) / 2);
      view.setFloat32(base + L.P_SQUARE_FACTOR, codeFactor(codes, prepared.magnitudeLimit / limit ** 2, 2), true);
    }
  }
  const scales = at(coefficients[0]!.offset);
  const packing = { room, scales, columns, sliceBytes, tileBytes };
  try {
    pack(arena, prepared, program.weights, at(codesAt), packing);
    if (other) pack(arena, prepared, other, at(magnitudesAt), packing);
  } catch (error) {
    arena.allocator.free(address);
    throw error;
  }
  const variants = (prepared.split > 0 ? 2 : 1) + Number(asksMagnitudes) + Number(asksSquares);
  return { prepared, address, bytes: layout.bytes, columns, variants };
}

/** The factor in f32 with which every code's power gives its value in the table, 0 if one does not. */
function codeFactor(table: Int16Array, factor: number, power: 1 | 2): number {
  const f = fround(factor);
  return table.every((value, code) => value === nearestEven(fround(code ** power * f))) ? f : 0;
}

/** An output without a full scale, and padding, reads 0 and never saturates: its inverse step is 0. */
function inverseSteps(
  { fullScale }: TileProgram<Weights>,
  { inverseStep, n }: PreparedTiles,
  columns: number,
): Coefficient | null {
  if (inverseStep === null || (typeof inverseStep === 'number' && n === columns && !fullScale.includes(0)))
    return inverseStep;
  return fullScale.map((full, i) => (full === 0 ? 0 : typeof inverseStep === 'number' ? inverseStep : inverseStep[i]!));
}

function writeTransfer(
  transfer: Transfer | null,
  word: (field: number, value: number) => void,
  float: (field: number, value: number) => void,
): void {
  word(L.M_TRANSFER, TRANSFERS.indexOf(transfer?.kind ?? 'none'));
  switch (transfer?.kind) {
    case 'table': {
      const last = transfer.values.length - 1;
      float(L.M_TRANSFER_A, transfer.range);
      float(L.M_TRANSFER_B, last / (2 * transfer.range));
      word(L.M_TABLE_LAST, last);
      break;
    }
    case 'clamp':
      float(L.M_TRANSFER_A, transfer.low);
      float(L.M_TRANSFER_B, transfer.high);
      break;
    case 'compressive':
      float(L.M_TRANSFER_A, transfer.knee);
      break;
    case 'cubic':
      float(L.M_TRANSFER_A, transfer.third);
      break;
    case undefined:
  }
}
