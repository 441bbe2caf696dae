/**
 * The common readout, of integer sums: Gaussian noise and an output converter. Rows of a strip are read together, and
 * each in one loop over its columns; read-outputs.ts does the same step by step, for every readout.
 */
import { coefficient } from './matrix';
import { gaussians } from './normals';
import { edge, signalsOf, spreadOf } from './read-outputs';
import { GAUSSIAN_STREAM } from './streams';
import { schedule, words } from './threefry';
import {
  C_ROUND,
  C_ZERO,
  CONSTANTS,
  J_COLUMN_START,
  J_KEYS,
  J_SCALES,
  J_SQUARES,
  J_STREAM,
  J_STRIPS,
  J_Y,
  M_BY_NORM,
  M_FORM,
  M_FULL_SCALE,
  M_GREATEST,
  M_INVERSE_STEP,
  M_LEAST,
  M_OUTPUT,
  M_SHOT,
  M_SIGMA,
  M_SPLIT,
  M_STEP,
  M_TRANSFER,
  S_ANALOG,
  S_BATCH,
  S_KEY,
  S_LANES,
  S_SPREAD,
  STRIP,
} from '../src/wasm/layout';

const STRIP_BYTES: usize = STRIP << 2;
/** Rows whose normals are drawn at once. */
const BATCH: i32 = 16;

/** Where the outputs of a row's strip go; rows are `padded` columns long. */
// @ts-ignore: decorator
@inline
export function outputsOf(job: usize, row: i32, strip: i32, padded: i32): usize {
  return load<usize>(job + J_Y) + ((<usize>row * <usize>padded + <usize>(strip * STRIP)) << 2);
}

/** Where the sums of their squares go. */
// @ts-ignore: decorator
@inline
export function squaresOf(job: usize, row: i32, strip: i32): usize {
  return load<usize>(job + J_SQUARES) + ((<usize>row * load<usize>(job + J_STRIPS) + <usize>strip) << 4);
}

/** Adds up squares in eight lanes of f32 as f64, even and odd lanes first, to `squares`; `lanes` is 64 bytes of room. */
// @ts-ignore: decorator
@inline
export function storeSquares(
  squares: usize,
  lanes: usize,
  signal0: v128,
  signal1: v128,
  noise0: v128,
  noise1: v128,
): void {
  v128.store(lanes, signal0);
  v128.store(lanes, signal1, 16);
  v128.store(lanes, noise0, 32);
  v128.store(lanes, noise1, 48);
  const signals = f64x2.add(
    f64x2.add(f64x2.promote_low_f32x4(signal0), f64x2.promote_low_f32x4(v128.load64_zero(lanes, 8))),
    f64x2.add(f64x2.promote_low_f32x4(signal1), f64x2.promote_low_f32x4(v128.load64_zero(lanes, 24))),
  );
  const noises = f64x2.add(
    f64x2.add(f64x2.promote_low_f32x4(noise0), f64x2.promote_low_f32x4(v128.load64_zero(lanes, 40))),
    f64x2.add(f64x2.promote_low_f32x4(noise1), f64x2.promote_low_f32x4(v128.load64_zero(lanes, 56))),
  );
  store<f64>(squares, f64x2.extract_lane(signals, 0) + f64x2.extract_lane(signals, 1));
  store<f64>(squares, f64x2.extract_lane(noises, 0) + f64x2.extract_lane(noises, 1), 8);
}

/** Whether `readRows` does: Gaussian noise and an output converter, codes multiplied whole, nothing else. */
export function readsRows(m: usize): bool {
  return (
    load<i32>(m + M_FORM) != 0 &&
    load<i32>(m + M_OUTPUT) != 0 &&
    load<i32>(m + M_TRANSFER) == 0 &&
    load<i32>(m + M_SHOT) == 0 &&
    load<i32>(m + M_SPLIT) == 0
  );
}

// @ts-ignore: decorator
@inline
function times(plain: bool, a: v128, b: v128): v128 {
  return plain ? a : f32x4.mul(a, b);
}

/**
 * Reads `count` rows of sums from `row` on. `sole`: a row's only reading, which goes to the job's outputs, times its
 * scale; otherwise it is added to `y`, and what it would be without noise and converter to `clean`. `plain`: the
 * factors of σ and of the converter's range, and the weight, are 1.
 */
// @ts-ignore: decorator
@inline
function readLoop(
  sole: bool,
  plain: bool,
  job: usize,
  m: usize,
  tile: i32,
  strip: i32,
  columns: i32,
  padded: i32,
  row: i32,
  count: i32,
  norms: usize,
  weight: f32,
  unit: f32,
  sums: usize,
  deviations: usize,
  normals: usize,
  normalBytes: usize,
  yRows: usize,
  cleanRows: usize,
  scratch: usize,
): void {
  const column = strip * STRIP;
  const byNorm = load<i32>(m + M_BY_NORM) != 0;
  const sigmaByNorm = load<i32>(m + M_FORM) == 2;
  const lowest = f32x4.splat(edge(load<f32>(m + M_LEAST))),
    highest = f32x4.splat(edge(load<f32>(m + M_GREATEST)));
  const magic = v128.load32_splat(CONSTANTS + C_ROUND),
    zero = v128.load32_splat(CONSTANTS + C_ZERO);
  const u = f32x4.splat(unit),
    w = f32x4.splat(weight);
  const scales = load<usize>(job + J_SCALES);
  const steps = coefficient(m + M_STEP, tile, column),
    inverses = coefficient(m + M_INVERSE_STEP, tile, column),
    fulls = coefficient(m + M_FULL_SCALE, tile, column);
  let beyond0 = i32x4.splat(0),
    beyond1 = i32x4.splat(0);
  for (const end = row + count; row < end; row++, sums += STRIP_BYTES, normals += normalBytes) {
    const scale = load<f32>(scales + (<usize>row << 2));
    let y = sole ? outputsOf(job, row, strip, padded) : yRows;
    let clean = cleanRows;
    yRows += STRIP_BYTES;
    cleanRows += STRIP_BYTES;
    const yEnd = y + (<usize>columns << 2);
    if (scale == 0) {
      if (sole) {
        for (; y < yEnd; y += 16) v128.store(y, i32x4.splat(0));
        v128.store(squaresOf(job, row, strip), i32x4.splat(0));
      }
      continue;
    }
    const norm: f32 = plain ? 1 : norms ? load<f32>(norms + (<usize>row << 2)) : 1;
    const f = f32x4.splat(!plain && sigmaByNorm ? norm : 1),
      stepFactor = f32x4.splat(!plain && byNorm ? norm : 1),
      inverseFactor = f32x4.splat(!plain && byNorm ? (norm > 0 ? <f32>1 / norm : 0) : 1);
    const g = f32x4.splat(scale);
    let s = sums,
      sigma = deviations,
      normal = normals,
      step = steps,
      inverse = inverses,
      full = fulls;
    let signal0 = f32x4.splat(0),
      signal1 = f32x4.splat(0),
      noise0 = f32x4.splat(0),
      noise1 = f32x4.splat(0);
    for (; y < yEnd; y += 32) {
      const f0 = v128.load(full),
        f1 = v128.load(full, 16);
      const s0 = f32x4.mul(f32x4.convert_i32x4_s(v128.load(s)), u),
        s1 = f32x4.mul(f32x4.convert_i32x4_s(v128.load(s, 16)), u);
      const n0 = f32x4.mul(times(plain, v128.load(sigma), f), v128.load(normal)),
        n1 = f32x4.mul(times(plain, v128.load(sigma, 16), f), v128.load(normal, 16));
      const v0 = f32x4.mul(f32x4.add(s0, n0), times(plain, v128.load(inverse), inverseFactor)),
        v1 = f32x4.mul(f32x4.add(s1, n1), times(plain, v128.load(inverse, 16), inverseFactor));
      const l0 = f32x4.pmin(highest, f32x4.pmax(lowest, v0)),
        l1 = f32x4.pmin(highest, f32x4.pmax(lowest, v1));
      beyond0 = i32x4.sub(beyond0, f32x4.ne(v0, l0));
      beyond1 = i32x4.sub(beyond1, f32x4.ne(v1, l1));
      const c0 = f32x4.sub(f32x4.add(l0, magic), magic),
        c1 = f32x4.sub(f32x4.add(l1, magic), magic);
      const a0 = f32x4.mul(c0, times(plain, v128.load(step), stepFactor)),
        a1 = f32x4.mul(c1, times(plain, v128.load(step, 16), stepFactor));
      const signal = times(plain, f32x4.mul(s0, f0), w),
        upperSignal = times(plain, f32x4.mul(s1, f1), w);
      const value = times(plain, f32x4.mul(a0, f0), w),
        upperValue = times(plain, f32x4.mul(a1, f1), w);
      if (sole) {
        // A sum begins with 0: no output is −0.
        const y0 = f32x4.mul(f32x4.add(zero, value), g),
          y1 = f32x4.mul(f32x4.add(zero, upperValue), g);
        const clean0 = f32x4.mul(signal, g),
          clean1 = f32x4.mul(upperSignal, g);
        const p = f32x4.sub(y0, clean0),
          q = f32x4.sub(y1, clean1);
        signal0 = f32x4.add(signal0, f32x4.mul(clean0, clean0));
        signal1 = f32x4.add(signal1, f32x4.mul(clean1, clean1));
        noise0 = f32x4.add(noise0, f32x4.mul(p, p));
        noise1 = f32x4.add(noise1, f32x4.mul(q, q));
        v128.store(y, y0);
        v128.store(y, y1, 16);
      } else {
        const clean0 = f32x4.add(v128.load(clean), signal),
          clean1 = f32x4.add(v128.load(clean, 16), upperSignal);
        const y0 = f32x4.add(v128.load(y), value),
          y1 = f32x4.add(v128.load(y, 16), upperValue);
        v128.store(clean, clean0);
        v128.store(clean, clean1, 16);
        v128.store(y, y0);
        v128.store(y, y1, 16);
        clean += 32;
      }
      s += 32;
      sigma += 32;
      normal += 32;
      inverse += 32;
      step += 32;
      full += 32;
    }
    if (sole) storeSquares(squaresOf(job, row, strip), scratch + S_KEY, signal0, signal1, noise0, noise1);
  }
  const lanes = scratch + S_LANES;
  const b0 = i32x4.add(v128.load(lanes), beyond0),
    b1 = i32x4.add(v128.load(lanes, 16), beyond1);
  v128.store(lanes, b0);
  v128.store(lanes, b1, 16);
}

function soleRows(
  plain: bool,
  job: usize,
  m: usize,
  tile: i32,
  strip: i32,
  columns: i32,
  padded: i32,
  row: i32,
  count: i32,
  norms: usize,
  weight: f32,
  unit: f32,
  sums: usize,
  sigma: usize,
  normals: usize,
  bytes: usize,
  scratch: usize,
): void {
  if (plain)
    readLoop(true, true, job, m, tile, strip, columns, padded, row, count, norms, weight, unit, sums, sigma, normals, bytes, 0, 0, scratch);
  else
    readLoop(true, false, job, m, tile, strip, columns, padded, row, count, norms, weight, unit, sums, sigma, normals, bytes, 0, 0, scratch);
}

function addRows(
  plain: bool,
  job: usize,
  m: usize,
  tile: i32,
  strip: i32,
  columns: i32,
  row: i32,
  count: i32,
  norms: usize,
  weight: f32,
  unit: f32,
  sums: usize,
  sigma: usize,
  normals: usize,
  bytes: usize,
  y: usize,
  clean: usize,
  scratch: usize,
): void {
  if (plain)
    readLoop(false, true, job, m, tile, strip, columns, 0, row, count, norms, weight, unit, sums, sigma, normals, bytes, y, clean, scratch);
  else
    readLoop(false, false, job, m, tile, strip, columns, 0, row, count, norms, weight, unit, sums, sigma, normals, bytes, y, clean, scratch);
}

/**
 * One reading of `count` rows from `first` on. `norms`: of the job's rows, 0 where nothing asks for them. `sums` are
 * rows of a strip; those of magnitudes and squares lie at `magnitudes` and `squares` where the noise asks for them.
 * `sole`: it is a row's only reading, which goes to the job's outputs; otherwise it is added to `y` and `clean`.
 */
export function readRows(
  job: usize,
  m: usize,
  tile: i32,
  reading: i32,
  strip: i32,
  columns: i32,
  padded: i32,
  first: i32,
  count: i32,
  inputs: i32,
  norms: usize,
  weight: f32,
  unit: f32,
  sums: usize,
  magnitudes: usize,
  squares: usize,
  magnitudeUnit: f32,
  sole: bool,
  y: usize,
  clean: usize,
  scratch: usize,
): void {
  const column = strip * STRIP;
  const form = load<i32>(m + M_FORM);
  const stream = load<i32>(job + J_STREAM);
  const global = load<i32>(job + J_COLUMN_START) + column;
  const group = global >>> 5;
  const groups = ((global + columns + 31) >>> 5) - group;
  const bytes = <usize>groups << 7;
  const keys = load<usize>(job + J_KEYS);
  const scales = load<usize>(job + J_SCALES);
  const normals = scratch + S_BATCH + (<usize>(global & 31) << 2);
  const plain = weight == 1 && form != 2 && !load<i32>(m + M_BY_NORM);
  const sigma: usize = form == 3 ? scratch + S_SPREAD : coefficient(m + M_SIGMA, tile, column);
  for (let r = 0; r < count; r += BATCH) {
    const row = first + r;
    const here = min(BATCH, count - r);
    const offset = <usize>r * STRIP_BYTES;
    for (let i = 0; i < here; i++) {
      schedule(scratch + S_KEY, keys + (<usize>(row + i) << 4), reading, stream | GAUSSIAN_STREAM);
      words(scratch + S_BATCH + <usize>i * bytes, scratch + S_KEY, group, groups);
    }
    gaussians(scratch + S_BATCH, here * groups);
    // σ of a variance is a row's own.
    const step = form == 3 ? 1 : here;
    for (let i = 0; i < here; i += step) {
      const at = offset + <usize>i * STRIP_BYTES;
      if (form == 3 && load<f32>(scales + (<usize>(row + i) << 2)) != 0) {
        signalsOf(sums + at, 0, 0, unit, scratch + S_ANALOG, columns);
        if (magnitudes) signalsOf(magnitudes + at, 0, 0, magnitudeUnit, magnitudes + at, columns);
        if (squares) signalsOf(squares + at, 0, 0, magnitudeUnit, squares + at, columns);
        const norm = norms ? load<f32>(norms + (<usize>(row + i) << 2)) : <f32>0;
        spreadOf(job, m, row + i, tile, reading, column, columns, inputs, norm, stream, scratch, magnitudes + at, squares + at);
      }
      const normal = normals + <usize>i * bytes;
      if (sole)
        soleRows(plain, job, m, tile, strip, columns, padded, row + i, step, norms, weight, unit, sums + at, sigma, normal, bytes, scratch);
      else
        addRows(plain, job, m, tile, strip, columns, row + i, step, norms, weight, unit, sums + at, sigma, normal, bytes, y + at, clean + at, scratch);
    }
  }
}
