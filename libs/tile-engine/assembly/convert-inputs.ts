/** src/reference/convert-inputs.ts, eight inputs at a time, and the packing of codes for the product. */
import { ROUNDING_STREAM } from './streams';
import {
  C_ROUND,
  C_ROUND_BITS,
  CONSTANTS,
  J_ANALOG,
  J_CODES,
  J_DAC_SATURATED,
  J_KEYS,
  J_MATRIX,
  J_NORMS,
  J_PACKED,
  J_ROWS,
  J_SCALES,
  J_VARIANT_BYTES,
  J_VARIANTS,
  J_X,
  J_X_STRIDE,
  M_ASKS_MAGNITUDES,
  M_ASKS_NORM,
  M_ASKS_SQUARES,
  M_INPUT_LIMIT,
  M_K,
  M_PASS_LIST,
  M_PASSES,
  M_SCALE,
  M_SCALE_FACTOR,
  M_SPLIT,
  M_STOCHASTIC,
  M_TILE_ROWS,
  M_TILES,
  P_LIMIT,
  P_MAGNITUDE_FACTOR,
  P_MAGNITUDES,
  P_MASK,
  P_SHIFT,
  P_SIGN,
  P_SQUARE_FACTOR,
  P_SQUARES,
  PASS_BYTES,
  S_KEY,
  S_NORMALS,
  S_ROW_CODES,
} from '../src/wasm/layout';
import { edge } from './read-outputs';
import { schedule, words } from './threefry';

const SCALE_LEAST: f32 = 7.888609052210118e-31;
/** 2⁻⁶⁰, of src/reference/chain.ts. */
const NORM_LEAST: f32 = 8.673617379884035e-19;
const SCALE_MOST: f32 = 1.2676506002282294e30;

/** Largest magnitude of a padded row; NaN where a value is not finite: its bits exceed those of every number. */
function largest(x: usize, bytes: usize): f32 {
  const magnitude = i32x4.splat(0x7fffffff);
  let most0 = i32x4.splat(0),
    most1 = i32x4.splat(0);
  for (let end = x + bytes; x < end; x += 32) {
    most0 = i32x4.max_s(most0, v128.and(v128.load(x), magnitude));
    most1 = i32x4.max_s(most1, v128.and(v128.load(x, 16), magnitude));
  }
  const most = i32x4.max_s(most0, most1);
  const a = max(i32x4.extract_lane(most, 0), i32x4.extract_lane(most, 1)),
    b = max(i32x4.extract_lane(most, 2), i32x4.extract_lane(most, 3));
  const bits = max(a, b);
  return bits >= 0x7f800000 ? NaN : reinterpret<f32>(bits);
}

/** Scale of a row, as `rowScale` gives it. */
function scaleOf(m: usize, most: f32, given: f32): f32 {
  if (most == 0) return 0;
  const kind = load<i32>(m + M_SCALE);
  const factor = load<f32>(m + M_SCALE_FACTOR);
  const chosen = kind == 1 ? factor : kind == 0 ? most * factor : given;
  return chosen < SCALE_LEAST ? 0 : chosen > SCALE_MOST ? SCALE_MOST : chosen;
}

/**
 * Codes of `count` inputs (a multiple of 16, padding included), from `x` to `codes`. `first` is the number of the
 * first input where rounding is stochastic, a multiple of 32. Returns how many were beyond the limit; padding of
 * zeros never is.
 */
function convert(
  m: usize,
  x: usize,
  codes: usize,
  count: i32,
  gain: f32,
  stochastic: bool,
  keys: usize,
  scratch: usize,
  round: i32,
): i32 {
  const limit = load<f32>(m + M_INPUT_LIMIT);
  const g = f32x4.splat(gain);
  const top = f32x4.splat(limit),
    bottom = f32x4.splat(-limit);
  const magic = v128.load32_splat(CONSTANTS + C_ROUND);
  const bits = v128.load32_splat(CONSTANTS + C_ROUND_BITS);
  const highest = f32x4.splat(edge(limit)),
    lowest = f32x4.splat(edge(-limit));
  let beyond = i32x4.splat(0);
  if (stochastic) {
    schedule(scratch + S_KEY, keys, 0, ROUNDING_STREAM | (round << 8));
    for (let i = 0; i < count; i += 32) {
      words(scratch + S_NORMALS, scratch + S_KEY, i >> 5, 1);
      for (let j = 0; j < 32 && i + j < count; j += 4) {
        const v = f32x4.mul(v128.load(x + (<usize>(i + j) << 2)), g);
        const uniform = f32x4.mul(
          f32x4.convert_i32x4_s(i32x4.shr_u(v128.load(scratch + S_NORMALS + (<usize>j << 2)), 8)),
          f32x4.splat(5.960464477539063e-8),
        );
        const code = f32x4.floor(f32x4.add(v, uniform));
        const limited = f32x4.pmin(top, f32x4.pmax(bottom, code));
        beyond = i32x4.sub(beyond, f32x4.ne(limited, code));
        const whole = i32x4.sub(f32x4.add(limited, magic), bits);
        v128.store64_lane(codes + (<usize>(i + j) << 1), i16x8.narrow_i32x4_s(whole, whole), 0);
      }
    }
  } else
    for (let end = codes + (<usize>count << 1); codes < end; codes += 16, x += 32) {
      const u = f32x4.mul(v128.load(x), g),
        v = f32x4.mul(v128.load(x, 16), g);
      const c = f32x4.pmin(highest, f32x4.pmax(lowest, u)),
        d = f32x4.pmin(highest, f32x4.pmax(lowest, v));
      beyond = i32x4.sub(i32x4.sub(beyond, f32x4.ne(u, c)), f32x4.ne(v, d));
      v128.store(
        codes,
        i16x8.narrow_i32x4_s(i32x4.sub(f32x4.add(c, magic), bits), i32x4.sub(f32x4.add(d, magic), bits)),
      );
    }
  return (
    i32x4.extract_lane(beyond, 0) +
    i32x4.extract_lane(beyond, 1) +
    i32x4.extract_lane(beyond, 2) +
    i32x4.extract_lane(beyond, 3)
  );
}

/** Codes of a pass out of whole codes, eight at a time, as `passCode` gives them. */
function passCodes(from: usize, to: usize, count: i32, pass: usize): void {
  const sign = load<i32>(pass + P_SIGN);
  const shift = load<i32>(pass + P_SHIFT);
  const mask = i16x8.splat(<i16>load<i32>(pass + P_MASK));
  const zero = i16x8.splat(0);
  for (let end = from + (<usize>count << 1); from < end; from += 16, to += 16) {
    const code = v128.load(from);
    if (sign == 3) {
      v128.store(to, v128.and(i16x8.shr_s(code, shift), mask));
      continue;
    }
    const part = v128.and(i16x8.shr_s(i16x8.abs(code), shift), mask);
    const negative = i16x8.lt_s(code, zero);
    if (sign == 0) v128.store(to, i16x8.sub(v128.xor(part, negative), negative));
    else if (sign == 1) v128.store(to, v128.andnot(part, negative));
    else v128.store(to, v128.and(part, negative));
  }
}

/** Low bits and the rest of codes. */
function splitCodes(from: usize, high: usize, low: usize, count: i32, split: i32): void {
  const mask = i16x8.splat(<i16>(<i32>1 << split) - <i16>1);
  for (let end = from + (<usize>count << 1); from < end; from += 16, high += 16, low += 16) {
    const code = v128.load(from);
    v128.store(high, i16x8.shr_s(code, split));
    v128.store(low, v128.and(code, mask));
  }
}

/** Codes of magnitudes, or of squares: by a factor where one gives the table's values, else by the table over |code|. */
function tableCodes(from: usize, to: usize, count: i32, table: usize, factor: f32, square: bool): void {
  const end = from + (<usize>count << 1);
  if (factor == 0) {
    for (; from < end; from += 2, to += 2) {
      const code = <i32>load<i16>(from);
      store<i16>(to, load<i16>(table + (<usize>(code < 0 ? -code : code) << 1)));
    }
    return;
  }
  const f = f32x4.splat(factor);
  const magic = v128.load32_splat(CONSTANTS + C_ROUND),
    bits = v128.load32_splat(CONSTANTS + C_ROUND_BITS);
  for (; from < end; from += 16, to += 16) {
    const code = i16x8.abs(v128.load(from));
    const low = square ? i32x4.extmul_low_i16x8_s(code, code) : i32x4.extend_low_i16x8_s(code),
      high = square ? i32x4.extmul_high_i16x8_s(code, code) : i32x4.extend_high_i16x8_s(code);
    const a = i32x4.sub(f32x4.add(f32x4.mul(f32x4.convert_i32x4_s(low), f), magic), bits),
      b = i32x4.sub(f32x4.add(f32x4.mul(f32x4.convert_i32x4_s(high), f), magic), bits);
    v128.store(to, i16x8.narrow_i32x4_s(a, b));
  }
}

/** Packs a tile of four rows: for each pair of inputs the four rows' pairs. `from` is `stride` bytes a row. */
function packFour(from: usize, stride: usize, to: usize, inputs: i32): void {
  const b = from + stride,
    c = b + stride,
    d = c + stride;
  let i: usize = 0;
  const bytes = <usize>inputs << 1;
  for (; i + 16 <= bytes; i += 16, to += 64) {
    const p = v128.load(from + i),
      q = v128.load(b + i),
      r = v128.load(c + i),
      s = v128.load(d + i);
    const pq0 = v128.shuffle<i32>(p, q, 0, 4, 1, 5),
      pq1 = v128.shuffle<i32>(p, q, 2, 6, 3, 7);
    const rs0 = v128.shuffle<i32>(r, s, 0, 4, 1, 5),
      rs1 = v128.shuffle<i32>(r, s, 2, 6, 3, 7);
    v128.store(to, v128.shuffle<i64>(pq0, rs0, 0, 2));
    v128.store(to, v128.shuffle<i64>(pq0, rs0, 1, 3), 16);
    v128.store(to, v128.shuffle<i64>(pq1, rs1, 0, 2), 32);
    v128.store(to, v128.shuffle<i64>(pq1, rs1, 1, 3), 48);
  }
  for (; i < bytes; i += 4, to += 16) {
    const last = i + 2 == bytes;
    const mask = last ? 0xffff : -1;
    store<i32>(to, load<i32>(from + i) & mask);
    store<i32>(to, load<i32>(b + i) & mask, 4);
    store<i32>(to, load<i32>(c + i) & mask, 8);
    store<i32>(to, load<i32>(d + i) & mask, 12);
  }
}

/** Packs a tile of one row. */
export function packOne(from: usize, to: usize, inputs: i32): void {
  const bytes = <usize>inputs << 1;
  memory.copy(to, from, bytes);
  if (inputs & 1) store<i16>(to + bytes, 0);
}

/** Packs codes of all rows, tile by tile. */
function packAll(from: usize, stride: usize, to: usize, rows: i32, k: i32, tileRows: i32): void {
  const grouped = rows & ~3;
  for (let start = 0; start < k; start += tileRows) {
    const inputs = min(tileRows, k - start);
    const rowBytes = <usize>((inputs + 1) >> 1) << 2;
    const tile = from + (<usize>start << 1);
    for (let row = 0; row < grouped; row += 4)
      packFour(tile + <usize>row * stride, stride, to + <usize>row * rowBytes, inputs);
    for (let row = grouped; row < rows; row++)
      packOne(tile + <usize>row * stride, to + <usize>row * rowBytes, inputs);
    to += <usize>rows * rowBytes;
  }
}

/** √(Σ code²)/limit of `inputs` codes. */
export function normOf(codes: usize, inputs: i32, limit: f64): f32 {
  let sums = i32x4.splat(0);
  let i = 0;
  for (; i + 8 <= inputs; i += 8, codes += 16) {
    const code = v128.load(codes);
    sums = i32x4.add(sums, i32x4.dot_i16x8_s(code, code));
  }
  let power: i64 =
    <i64>i32x4.extract_lane(sums, 0) +
    <i64>i32x4.extract_lane(sums, 1) +
    <i64>i32x4.extract_lane(sums, 2) +
    <i64>i32x4.extract_lane(sums, 3);
  for (; i < inputs; i++, codes += 2) {
    const code = <i64>load<i16>(codes);
    power += code * code;
  }
  return <f32>(sqrt<f64>(<f64>power) / limit);
}

/** √(Σ v²) of voltages, in f64 over ascending inputs; 0 below NORM_LEAST. */
function analogNorm(v: usize, inputs: i32): f32 {
  let power: f64 = 0;
  for (let i = 0; i < inputs; i++, v += 4) {
    const value = <f64>load<f32>(v);
    power += value * value;
  }
  const norm = <f32>sqrt<f64>(power);
  return norm < NORM_LEAST ? 0 : norm;
}

/** Whether the words for stochastic rounding are drawn. */
// @ts-ignore: decorator
@inline
function rounds(m: usize): bool {
  return load<i32>(m + M_STOCHASTIC) != 0;
}

/** Codes of one tile of a row at a round of bound management, packed alone in the scratch; returns the saturated. */
export function convertTile(
  job: usize,
  m: usize,
  row: i32,
  tile: i32,
  round: i32,
  scratch: usize,
): i32 {
  const tileRows = load<i32>(m + M_TILE_ROWS);
  const start = tile * tileRows;
  const inputs = min(tileRows, load<i32>(m + M_K) - start);
  const scale = load<f32>(load<usize>(job + J_SCALES) + (<usize>row << 2));
  const gain = (load<f32>(m + M_INPUT_LIMIT) / scale) * reinterpret<f32>((127 - round) << 23);
  const limit = load<f32>(m + M_INPUT_LIMIT);
  const x = load<usize>(job + J_X) + row * load<i32>(job + J_X_STRIDE) + (<usize>start << 2);
  const keys = load<usize>(job + J_KEYS) + (<usize>row << 4);
  const to = scratch + S_ROW_CODES;
  const stochastic = rounds(m);
  if (stochastic) schedule(scratch + S_KEY, keys, 0, ROUNDING_STREAM | (round << 8));
  let beyond = 0;
  let drawn = -1;
  for (let i = 0; i < inputs; i++) {
    const v: f32 = load<f32>(x + (<usize>i << 2)) * gain;
    let code: f32;
    if (stochastic) {
      const input = start + i;
      if (input >> 5 != drawn) {
        drawn = input >> 5;
        words(scratch + S_NORMALS, scratch + S_KEY, drawn, 1);
      }
      const word = load<u32>(scratch + S_NORMALS + (<usize>(input & 31) << 2));
      code = floor<f32>(v + <f32>(word >>> 8) * 5.960464477539063e-8);
    } else code = nearest<f32>(v);
    const limited: f32 = code < -limit ? -limit : code > limit ? limit : code;
    if (limited != code) beyond++;
    store<i16>(to + (<usize>i << 1), <i16>limited);
  }
  if (inputs & 1) store<i16>(to + (<usize>inputs << 1), 0);
  return beyond;
}

/**
 * Scales, codes, packed codes and norms of a job's rows. Returns the first row with a value that is not finite, −1
 * if there is none.
 */
export function convertInputs(job: usize, scratch: usize): i32 {
  const m: usize = load<usize>(job + J_MATRIX);
  const rows = load<i32>(job + J_ROWS);
  const k = load<i32>(m + M_K);
  const tileRows = load<i32>(m + M_TILE_ROWS);
  const tiles = load<i32>(m + M_TILES);
  const x: usize = load<usize>(job + J_X);
  const stride: usize = load<usize>(job + J_X_STRIDE);
  const codes: usize = load<usize>(job + J_CODES);
  const codeStride = stride >> 1;
  const count = <i32>(stride >> 2);
  const scales: usize = load<usize>(job + J_SCALES);
  const norms: usize = load<usize>(job + J_NORMS);
  const asksNorm = load<i32>(m + M_ASKS_NORM) != 0;
  if (load<i32>(job + J_ANALOG)) {
    for (let row = 0; row < rows; row++)
      for (let tile = 0; tile < tiles; tile++) {
        const start = tile * tileRows;
        const norm = asksNorm
          ? analogNorm(x + <usize>row * stride + (<usize>start << 2), min(tileRows, k - start))
          : <f32>0;
        store<f32>(norms + (<usize>(tile * rows + row) << 2), norm);
      }
    return -1;
  }
  let saturated: i64 = 0;
  for (let row = 0; row < rows; row++) {
    const at = x + <usize>row * stride;
    const most = largest(at, stride);
    if (most != most) return row;
    const scale = scaleOf(m, most, load<f32>(scales + (<usize>row << 2)));
    store<f32>(scales + (<usize>row << 2), scale);
    const to = codes + <usize>row * codeStride;
    if (scale == 0) {
      memory.fill(to, 0, codeStride);
      continue;
    }
    const gain: f32 = load<f32>(m + M_INPUT_LIMIT) / scale;
    saturated += convert(m, at, to, count, gain, rounds(m), load<usize>(job + J_KEYS) + (<usize>row << 4), scratch, 0);
  }
  store<i64>(job + J_DAC_SATURATED, saturated);

  const split = load<i32>(m + M_SPLIT);
  const variants = load<i32>(job + J_VARIANTS);
  const variantBytes: usize = load<usize>(job + J_VARIANT_BYTES);
  const passes = load<i32>(m + M_PASSES);
  let packed: usize = load<usize>(job + J_PACKED);
  // Behind the codes: room for a pass's codes, and for one variant of them.
  const passRoom = codes + <usize>rows * codeStride;
  const variantRoom = passRoom + <usize>rows * codeStride;
  const lowRoom = variantRoom + <usize>rows * codeStride;
  const all = rows * <i32>(codeStride >> 1);
  for (let p = 0; p < passes; p++) {
    const pass = load<usize>(m + M_PASS_LIST) + p * PASS_BYTES;
    let from = codes;
    if (passes > 1) {
      passCodes(codes, passRoom, all, pass);
      from = passRoom;
    }
    if (asksNorm)
      for (let tile = 0; tile < tiles; tile++) {
        const start = tile * tileRows;
        const inputs = min(tileRows, k - start);
        for (let row = 0; row < rows; row++)
          store<f32>(
            norms + (<usize>((p * tiles + tile) * rows + row) << 2),
            normOf(from + <usize>row * codeStride + (<usize>start << 1), inputs, load<f64>(pass + P_LIMIT)),
          );
      }
    if (split) {
      splitCodes(from, variantRoom, lowRoom, all, split);
      packAll(variantRoom, codeStride, packed, rows, k, tileRows);
      packAll(lowRoom, codeStride, packed + variantBytes, rows, k, tileRows);
    } else packAll(from, codeStride, packed, rows, k, tileRows);
    let variant: usize = split ? 2 : 1;
    if (load<i32>(m + M_ASKS_MAGNITUDES)) {
      tableCodes(
        from,
        variantRoom,
        all,
        load<usize>(pass + P_MAGNITUDES),
        load<f32>(pass + P_MAGNITUDE_FACTOR),
        false,
      );
      packAll(variantRoom, codeStride, packed + variant * variantBytes, rows, k, tileRows);
      variant++;
    }
    if (load<i32>(m + M_ASKS_SQUARES)) {
      tableCodes(from, variantRoom, all, load<usize>(pass + P_SQUARES), load<f32>(pass + P_SQUARE_FACTOR), true);
      packAll(variantRoom, codeStride, packed + variant * variantBytes, rows, k, tileRows);
    }
    packed += <usize>variants * variantBytes;
  }
  return -1;
}
