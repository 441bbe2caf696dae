/** src/reference/read-tiles.ts and chain.ts, strip by strip: what a thread does. */
import { convertTile, normOf } from './convert-inputs';
import { absProduct, product } from './product';
import { readOutputs, scaled, signalsOf, takeSaturated } from './read-outputs';
import { outputsOf, readRows, readsRows, squaresOf, storeSquares } from './read-rows';
import { voltageSums } from './voltage-product';
import {
  J_ANALOG,
  J_MATRIX,
  J_NORMS,
  J_PACKED,
  J_RANGE,
  J_REREADS,
  J_ROWS,
  J_SCALES,
  J_VARIANT_BYTES,
  J_VARIANTS,
  J_WIDE,
  J_X,
  J_X_STRIDE,
  M_ANALOG_UNIT,
  M_ASKS_MAGNITUDES,
  M_ASKS_NORM,
  M_ASKS_SQUARES,
  M_BOUND_COLUMNS,
  M_BOUND_ROUNDS,
  M_CODES,
  M_COLUMNS,
  M_K,
  M_MAGNITUDE_CODES,
  M_MAGNITUDE_UNIT,
  M_PASS_LIST,
  M_PASSES,
  M_SLICE_BYTES,
  M_SLICES,
  M_SPLIT,
  M_TILE_BYTES,
  M_TILE_ROWS,
  M_TILES,
  P_LIMIT,
  P_MAGNITUDES,
  P_SQUARES,
  P_UNIT,
  P_WEIGHT,
  PASS_BYTES,
  ROW_CHUNK,
  S_ADC_SATURATED,
  S_ANALOG,
  S_CLEAN,
  S_MAGNITUDE_SUMS,
  S_ROW_CODES,
  S_ROW_VARIANTS,
  S_SAVED,
  S_SUMS,
  S_Y,
  STRIP,
} from '../src/wasm/layout';

const STRIP_BYTES: usize = STRIP << 2;
const SUMS_BYTES: usize = ROW_CHUNK * (STRIP << 2);

/** Address of a tile's panels from a column on. */
// @ts-ignore: decorator
@inline
function panels(m: usize, tile: i32, column: i32, pairs: i32): usize {
  return panelsOf(load<usize>(m + M_CODES), m, tile, column, pairs);
}

/** The same of codes that begin at `codes`. */
// @ts-ignore: decorator
@inline
function panelsOf(codes: usize, m: usize, tile: i32, column: i32, pairs: i32): usize {
  const tiles = load<i32>(m + M_TILES);
  return (
    codes +
    (tile / tiles) * load<i32>(m + M_SLICE_BYTES) +
    (tile % tiles) * load<i32>(m + M_TILE_BYTES) +
    ((<usize>(column >> 3) * <usize>pairs) << 5)
  );
}

/** Multiplies a row's sums by its scale, writes them out and sums their squares. */
function finishRow(
  job: usize,
  row: i32,
  strip: i32,
  columns: i32,
  padded: i32,
  factor: f32,
  y: usize,
  clean: usize,
  scratch: usize,
): void {
  let out = outputsOf(job, row, strip, padded);
  const f = f32x4.splat(factor);
  const squares = squaresOf(job, row, strip);
  let signal0 = f32x4.splat(0),
    signal1 = f32x4.splat(0);
  let noise0 = f32x4.splat(0),
    noise1 = f32x4.splat(0);
  for (let end = out + (<usize>columns << 2); out < end; out += 32, y += 32, clean += 32) {
    const a = f32x4.mul(v128.load(y), f),
      b = f32x4.mul(v128.load(y, 16), f);
    const c = f32x4.mul(v128.load(clean), f),
      d = f32x4.mul(v128.load(clean, 16), f);
    const p = f32x4.sub(a, c),
      q = f32x4.sub(b, d);
    v128.store(out, a);
    v128.store(out, b, 16);
    signal0 = f32x4.add(signal0, f32x4.mul(c, c));
    signal1 = f32x4.add(signal1, f32x4.mul(d, d));
    noise0 = f32x4.add(noise0, f32x4.mul(p, p));
    noise1 = f32x4.add(noise1, f32x4.mul(q, q));
  }
  storeSquares(squares, scratch + S_MAGNITUDE_SUMS, signal0, signal1, noise0, noise1);
}

/** Reads one strip of columns for all rows. */
function readStrip(job: usize, m: usize, strip: i32, scratch: usize): void {
  const rows = load<i32>(job + J_ROWS);
  const k = load<i32>(m + M_K);
  const padded = load<i32>(m + M_COLUMNS);
  const column = strip * STRIP;
  const columns = min(STRIP, padded - column);
  const tileRows = load<i32>(m + M_TILE_ROWS);
  const tiles = load<i32>(m + M_TILES);
  const readings = load<i32>(m + M_SLICES) * tiles;
  const analogJob = load<i32>(job + J_ANALOG) != 0;
  const passes = analogJob ? 1 : load<i32>(m + M_PASSES);
  const split = analogJob ? 0 : load<i32>(m + M_SPLIT);
  const asksNorm = load<i32>(m + M_ASKS_NORM) != 0;
  const asksMagnitudes = load<i32>(m + M_ASKS_MAGNITUDES) != 0;
  const asksSquares = load<i32>(m + M_ASKS_SQUARES) != 0;
  const variantBytes: usize = load<usize>(job + J_VARIANT_BYTES);
  const variants: usize = load<usize>(job + J_VARIANTS);
  const scales: usize = load<usize>(job + J_SCALES);
  const wide = load<i32>(job + J_WIDE) != 0;
  const whole = !analogJob && readsRows(m);
  const sole = whole && passes * readings == 1;
  const sums = scratch + S_SUMS;
  const magnitudes = scratch + S_MAGNITUDE_SUMS,
    squares = magnitudes + STRIP_BYTES;
  for (let first = 0; first < rows; first += ROW_CHUNK) {
    const count = min(ROW_CHUNK, rows - first);
    if (!sole) {
      memory.fill(scratch + S_Y, 0, <usize>count * STRIP_BYTES);
      memory.fill(scratch + S_CLEAN, 0, <usize>count * STRIP_BYTES);
    }
    for (let p = 0; p < passes; p++) {
      const pass = load<usize>(m + M_PASS_LIST) + p * PASS_BYTES;
      const packed = load<usize>(job + J_PACKED) + <usize>p * variants * variantBytes;
      const weight: f32 = analogJob ? 1 : load<f32>(pass + P_WEIGHT);
      const unit: f32 = analogJob ? load<f32>(m + M_ANALOG_UNIT) : load<f32>(pass + P_UNIT);
      for (let tile = 0; tile < readings; tile++) {
        const part = tile % tiles;
        const start = part * tileRows;
        const inputs = min(tileRows, k - start);
        const pairs = (inputs + 1) >> 1;
        const w = panels(m, tile, column, pairs);
        const magnitudeWeights = panelsOf(load<usize>(m + M_MAGNITUDE_CODES), m, tile, column, pairs);
        // Rows of a tile are packed one after the other; a chunk starts on a multiple of four.
        const pairBytes = <usize>pairs << 2;
        const x =
          packed + ((<usize>part * <usize>((tileRows + 1) >> 1) * <usize>rows) << 2) + <usize>first * pairBytes;
        if (!analogJob) {
          product(w, x, sums, count, columns, pairs, STRIP_BYTES, wide);
          let at = x + variantBytes,
            to = sums + SUMS_BYTES;
          if (split) {
            product(w, at, to, count, columns, pairs, STRIP_BYTES, wide);
            at += variantBytes;
            to += SUMS_BYTES;
          }
          if (asksMagnitudes) {
            absProduct(magnitudeWeights, at, to, count, columns, pairs, STRIP_BYTES, wide);
            at += variantBytes;
            to += SUMS_BYTES;
          }
          if (asksSquares) absProduct(magnitudeWeights, at, to, count, columns, pairs, STRIP_BYTES, wide);
        }
        const reading = p * readings + tile;
        const norms: usize = asksNorm
          ? load<usize>(job + J_NORMS) + (<usize>((p * tiles + part) * rows) << 2)
          : 0;
        if (whole) {
          readRows(
            job,
            m,
            tile,
            reading,
            strip,
            columns,
            padded,
            first,
            count,
            inputs,
            norms,
            weight,
            unit,
            sums,
            asksMagnitudes ? sums + SUMS_BYTES : 0,
            asksSquares ? sums + (asksMagnitudes ? 2 * SUMS_BYTES : SUMS_BYTES) : 0,
            load<f32>(m + M_MAGNITUDE_UNIT),
            sole,
            scratch + S_Y,
            scratch + S_CLEAN,
            scratch,
          );
          continue;
        }
        for (let r = 0; r < count; r++) {
          const row = first + r;
          const norm: f32 = asksNorm ? load<f32>(norms + (<usize>row << 2)) : 0;
          const rowSums = sums + <usize>r * STRIP_BYTES;
          if (analogJob) {
            const v = load<usize>(job + J_X) + row * load<i32>(job + J_X_STRIDE) + (<usize>start << 2);
            for (let kind = 0; kind < 3; kind++) {
              if (kind == 1 && !asksMagnitudes) continue;
              if (kind == 2 && !asksSquares) continue;
              const to = kind == 0 ? scratch + S_ANALOG : kind == 1 ? magnitudes : squares;
              voltageSums(kind == 0 ? w : magnitudeWeights, v, sums, columns, inputs, kind);
              scaled(sums, unit, to, columns);
            }
          } else {
            if (load<f32>(scales + (<usize>row << 2)) == 0) continue;
            let at = rowSums + SUMS_BYTES;
            signalsOf(rowSums, split ? at : 0, split, unit, scratch + S_ANALOG, columns);
            if (split) at += SUMS_BYTES;
            const magnitudeUnit = load<f32>(m + M_MAGNITUDE_UNIT);
            if (asksMagnitudes) {
              signalsOf(at, 0, 0, magnitudeUnit, magnitudes, columns);
              at += SUMS_BYTES;
            }
            if (asksSquares) signalsOf(at, 0, 0, magnitudeUnit, squares, columns);
          }
          readOutputs(
            job,
            m,
            row,
            tile,
            reading,
            column,
            columns,
            inputs,
            norm,
            weight,
            0,
            scratch + S_Y + <usize>r * STRIP_BYTES,
            scratch + S_CLEAN + <usize>r * STRIP_BYTES,
            magnitudes,
            squares,
            scratch,
          );
        }
      }
    }
    for (let r = 0; !sole && r < count; r++) {
      const row = first + r;
      const factor = analogJob ? load<f32>(job + J_RANGE) : load<f32>(scales + (<usize>row << 2));
      finishRow(
        job,
        row,
        strip,
        columns,
        padded,
        factor,
        scratch + S_Y + <usize>r * STRIP_BYTES,
        scratch + S_CLEAN + <usize>r * STRIP_BYTES,
        scratch,
      );
    }
  }
  store<i64>(scratch + S_ADC_SATURATED, load<i64>(scratch + S_ADC_SATURATED) + <i64>takeSaturated(scratch));
}

/** Reads one group of columns of every row with bound management; returns saturated inputs where they are counted. */
function readBoundedGroup(job: usize, m: usize, group: i32, scratch: usize): i64 {
  const rows = load<i32>(job + J_ROWS);
  const k = load<i32>(m + M_K);
  const padded = load<i32>(m + M_COLUMNS);
  const width = load<i32>(m + M_BOUND_COLUMNS);
  const column = group * width;
  const columns = min(width, padded - column);
  const bytes = <usize>columns << 2;
  const tileRows = load<i32>(m + M_TILE_ROWS);
  const tiles = load<i32>(m + M_TILES);
  const readings = load<i32>(m + M_SLICES) * tiles;
  const boundRounds = load<i32>(m + M_BOUND_ROUNDS);
  const pass: usize = load<usize>(m + M_PASS_LIST);
  const unit = load<f32>(pass + P_UNIT);
  const split = load<i32>(m + M_SPLIT);
  const asksMagnitudes = load<i32>(m + M_ASKS_MAGNITUDES) != 0;
  const asksSquares = load<i32>(m + M_ASKS_SQUARES) != 0;
  const y = scratch + S_Y,
    clean = scratch + S_CLEAN;
  const magnitudes = scratch + S_MAGNITUDE_SUMS,
    squares = magnitudes + STRIP_BYTES;
  const codes = scratch + S_ROW_CODES,
    variant = scratch + S_ROW_VARIANTS;
  const sums = scratch + S_SUMS;
  const groups = (padded + width - 1) / width;
  let saturatedInputs: i64 = 0;
  for (let row = 0; row < rows; row++) {
    let again = 0,
      most = 0;
    memory.fill(y, 0, bytes);
    memory.fill(clean, 0, bytes);
    const scale = load<f32>(load<usize>(job + J_SCALES) + (<usize>row << 2));
    for (let tile = 0; scale != 0 && tile < readings; tile++) {
      const part = tile % tiles;
      const inputs = min(tileRows, k - part * tileRows);
      const pairs = (inputs + 1) >> 1;
      memory.copy(scratch + S_SAVED, y, bytes);
      memory.copy(scratch + S_SAVED + 1024, clean, bytes);
      for (let round = 0; round < boundRounds; round++) {
        const beyond = convertTile(job, m, row, part, round, scratch);
        const norm = load<i32>(m + M_ASKS_NORM) ? normOf(codes, inputs, load<f64>(pass + P_LIMIT)) : <f32>0;
        for (let c = 0; c < columns; c += STRIP) {
          const here = min(STRIP, columns - c);
          const w = panels(m, tile, column + c, pairs);
          const magnitudeWeights = panelsOf(load<usize>(m + M_MAGNITUDE_CODES), m, tile, column + c, pairs);
          if (split) {
            const mask = (1 << split) - 1;
            for (let i = 0; i < pairs << 1; i++)
              store<i16>(variant + (<usize>i << 1), <i16>(<i32>load<i16>(codes + (<usize>i << 1)) >> split));
            product(w, variant, sums, 1, here, pairs, STRIP_BYTES, false);
            for (let i = 0; i < pairs << 1; i++)
              store<i16>(variant + (<usize>i << 1), <i16>(<i32>load<i16>(codes + (<usize>i << 1)) & mask));
            product(w, variant, sums + SUMS_BYTES, 1, here, pairs, STRIP_BYTES, false);
          } else product(w, codes, sums, 1, here, pairs, STRIP_BYTES, false);
          signalsOf(sums, split ? sums + SUMS_BYTES : 0, split, unit, scratch + S_ANALOG, here);
          for (let kind = 1; kind < 3; kind++) {
            if (kind == 1 && !asksMagnitudes) continue;
            if (kind == 2 && !asksSquares) continue;
            const table: usize = load<usize>(pass + (kind == 1 ? P_MAGNITUDES : P_SQUARES));
            for (let i = 0; i < pairs << 1; i++) {
              const code = <i32>load<i16>(codes + (<usize>i << 1));
              store<i16>(
                variant + (<usize>i << 1),
                load<i16>(table + (<usize>(code < 0 ? -code : code) << 1)),
              );
            }
            absProduct(magnitudeWeights, variant, sums, 1, here, pairs, STRIP_BYTES, false);
            signalsOf(sums, 0, 0, load<f32>(m + M_MAGNITUDE_UNIT), kind == 1 ? magnitudes : squares, here);
          }
          const at = <usize>c << 2;
          readOutputs(
            job,
            m,
            row,
            tile,
            tile,
            column + c,
            here,
            inputs,
            norm,
            <f32>(1 << round),
            round,
            y + at,
            clean + at,
            magnitudes,
            squares,
            scratch,
          );
        }
        const clipped = takeSaturated(scratch);
        if (clipped > 0 && round < boundRounds - 1) {
          memory.copy(y, scratch + S_SAVED, bytes);
          memory.copy(clean, scratch + S_SAVED + 1024, bytes);
          continue;
        }
        again += round;
        most = max(most, round);
        if (group == 0 && tile < tiles) saturatedInputs += <i64>beyond;
        store<i64>(scratch + S_ADC_SATURATED, load<i64>(scratch + S_ADC_SATURATED) + <i64>clipped);
        break;
      }
    }
    const rereads = load<usize>(job + J_REREADS) + (<usize>(row * groups + group) << 3);
    store<i32>(rereads, again);
    store<i32>(rereads, most, 4);
    for (let c = 0; c < columns; c += STRIP) {
      const at = <usize>c << 2;
      finishRow(job, row, (column + c) / STRIP, min(STRIP, columns - c), padded, scale, y + at, clean + at, scratch);
    }
  }
  return saturatedInputs;
}

/** The products of a job's first pass and nothing else, for measurements. */
export function products(job: usize, scratch: usize): void {
  const m = load<usize>(job + J_MATRIX);
  const rows = load<i32>(job + J_ROWS);
  const k = load<i32>(m + M_K);
  const padded = load<i32>(m + M_COLUMNS);
  const tileRows = load<i32>(m + M_TILE_ROWS);
  const tiles = load<i32>(m + M_TILES);
  const wide = load<i32>(job + J_WIDE) != 0;
  for (let column = 0; column < padded; column += STRIP)
    for (let first = 0; first < rows; first += ROW_CHUNK) {
      let x: usize = load<usize>(job + J_PACKED);
      for (let tile = 0; tile < tiles; tile++) {
        const pairs = (min(tileRows, k - tile * tileRows) + 1) >> 1;
        const pairBytes = <usize>pairs << 2;
        const count = min(ROW_CHUNK, rows - first);
        const columns = min(STRIP, padded - column);
        product(
          panels(m, tile, column, pairs),
          x + <usize>first * pairBytes,
          scratch + S_SUMS,
          count,
          columns,
          pairs,
          STRIP_BYTES,
          wide,
        );
        x += <usize>rows * pairBytes;
      }
    }
}

/** Units of work of a job: strips, or groups of columns with bound management. */
export function unitsOf(m: usize): i32 {
  const width = load<i32>(m + M_BOUND_ROUNDS) ? load<i32>(m + M_BOUND_COLUMNS) : STRIP;
  return (load<i32>(m + M_COLUMNS) + width - 1) / width;
}

/** Reads one unit; returns saturated inputs that it counted. */
export function readUnit(job: usize, unit: i32, scratch: usize): i64 {
  const m: usize = load<usize>(job + J_MATRIX);
  if (load<i32>(m + M_BOUND_ROUNDS)) return readBoundedGroup(job, m, unit, scratch);
  readStrip(job, m, unit, scratch);
  return 0;
}
