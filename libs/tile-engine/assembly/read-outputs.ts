/** src/reference/read-outputs.ts: one row's outputs of one tile, over the columns of a strip, eight at a time. */
import { coefficient } from './matrix';
import { columnNormals, normals } from './normals';
import { schedule, words } from './threefry';
import {
  C_ROUND,
  COEFFICIENT_BYTES,
  CONSTANTS,
  J_COLUMN_START,
  J_KEYS,
  J_STREAM,
  M_BY_NORM,
  M_COUNTS,
  M_FORM,
  M_FULL_SCALE,
  M_GREATEST,
  M_INVERSE_STEP,
  M_LEAST,
  M_OUTPUT,
  M_PHOTONS,
  M_POISSON_BELOW,
  M_SHOT,
  M_SIGMA,
  M_STEP,
  M_TABLE,
  M_TABLE_LAST,
  M_TRANSFER,
  M_TRANSFER_A,
  M_TRANSFER_B,
  M_VARIANCES,
  M_WEIGHT_NORM,
  S_ANALOG,
  S_KEY,
  S_LANES,
  S_NORMALS,
  S_SPREAD,
} from '../src/wasm/layout';
import { poisson } from './scalar';
import { COUNTS_STREAM, GAUSSIAN_STREAM } from './streams';

/** Variance of a term: `spread += coefficient · factor`, factor one number. */
// @ts-ignore: decorator
@inline
function addUniform(spread: usize, c: usize, factor: f32, columns: i32): void {
  const f = f32x4.splat(factor);
  for (let end = spread + (<usize>columns << 2); spread < end; spread += 32, c += 32) {
    const a = f32x4.add(v128.load(spread), f32x4.mul(v128.load(c), f)),
      b = f32x4.add(v128.load(spread, 16), f32x4.mul(v128.load(c, 16), f));
    v128.store(spread, a);
    v128.store(spread, b, 16);
  }
}

/** Variance of a term whose factor is the output's square. */
function addSquares(spread: usize, c: usize, s: usize, columns: i32): void {
  for (let end = spread + (<usize>columns << 2); spread < end; spread += 32, c += 32, s += 32) {
    const s0 = v128.load(s),
      s1 = v128.load(s, 16);
    const a = f32x4.add(v128.load(spread), f32x4.mul(v128.load(c), f32x4.mul(s0, s0))),
      b = f32x4.add(v128.load(spread, 16), f32x4.mul(v128.load(c, 16), f32x4.mul(s1, s1)));
    v128.store(spread, a);
    v128.store(spread, b, 16);
  }
}

/** Variance of a term whose factor is one number per output, its sign dropped. */
function addMagnitudes(spread: usize, c: usize, s: usize, columns: i32): void {
  for (let end = spread + (<usize>columns << 2); spread < end; spread += 32, c += 32, s += 32) {
    const a = f32x4.add(v128.load(spread), f32x4.mul(v128.load(c), f32x4.abs(v128.load(s)))),
      b = f32x4.add(v128.load(spread, 16), f32x4.mul(v128.load(c, 16), f32x4.abs(v128.load(s, 16))));
    v128.store(spread, a);
    v128.store(spread, b, 16);
  }
}

/** Shot noise of balanced detection, output by output: its variance, or counts in the output's place. */
function addShot(
  job: usize,
  m: usize,
  row: i32,
  tile: i32,
  reading: i32,
  column: i32,
  columns: i32,
  rows: i32,
  norm: f32,
  stream: i32,
  scratch: usize,
): void {
  const photons = load<f64>(m + M_PHOTONS) * <f64>rows;
  const poissonBelow = load<f64>(m + M_POISSON_BELOW);
  const perPhoton = <f32>(1 / photons);
  const norms = coefficient(m + M_WEIGHT_NORM, tile, column);
  const keys = load<usize>(job + J_KEYS) + (<usize>row << 4);
  const global = load<i32>(job + J_COLUMN_START) + column;
  for (let c = 0; c < columns; c++) {
    const at = <usize>c << 2;
    const full: f32 = load<f32>(norms + at) * norm;
    if (full == 0) continue;
    const value = load<f32>(scratch + S_ANALOG + at);
    const ratio = <f64>value / <f64>full;
    const cosine = ratio < -1 ? -1 : ratio > 1 ? 1 : ratio;
    const plus = (photons / 2) * (1 + cosine);
    const minus = (photons / 2) * (1 - cosine);
    if (plus >= poissonBelow && minus >= poissonBelow) {
      const variance: f32 = full * full * perPhoton;
      store<f32>(scratch + S_SPREAD + at, load<f32>(scratch + S_SPREAD + at) + variance);
      continue;
    }
    const counts = drawnDifference(scratch, keys, reading, stream, global + c, plus, minus, poissonBelow);
    store<f32>(scratch + S_ANALOG + at, <f32>((counts / photons) * <f64>full));
  }
}

/** Shot noise of detectors whose counts are known, output by output: its variance, or counts in the output's place. */
function addCounts(
  job: usize,
  m: usize,
  row: i32,
  tile: i32,
  reading: i32,
  column: i32,
  columns: i32,
  norm: f32,
  stream: i32,
  scratch: usize,
  magnitudes: usize,
): void {
  const gain = load<f64>(m + M_PHOTONS);
  const poissonBelow = load<f64>(m + M_POISSON_BELOW);
  const dark = coefficient(m + M_COUNTS, tile, column),
    power = coefficient(m + M_COUNTS + COEFFICIENT_BYTES, tile, column),
    perProduct = coefficient(m + M_COUNTS + 2 * COEFFICIENT_BYTES, tile, column);
  const keys = load<usize>(job + J_KEYS) + (<usize>row << 4);
  const global = load<i32>(job + J_COLUMN_START) + column;
  const inputPower = <f64>norm * <f64>norm;
  for (let c = 0; c < columns; c++) {
    const at = <usize>c << 2;
    const lit = <f64>load<f32>(dark + at) + <f64>load<f32>(power + at) * inputPower;
    const total = lit + <f64>load<f32>(perProduct + at) * <f64>load<f32>(magnitudes + at);
    const difference = gain * <f64>load<f32>(scratch + S_ANALOG + at);
    const upper = (total + difference) / 2,
      lower = (total - difference) / 2;
    const plus = upper > 0 ? upper : 0,
      minus = lower > 0 ? lower : 0;
    if (plus >= poissonBelow && minus >= poissonBelow) {
      const variance = <f32>(total / (gain * gain));
      store<f32>(scratch + S_SPREAD + at, load<f32>(scratch + S_SPREAD + at) + variance);
      continue;
    }
    const counts = drawnDifference(scratch, keys, reading, stream, global + c, plus, minus, poissonBelow);
    store<f32>(scratch + S_ANALOG + at, <f32>(counts / gain));
  }
}

/** The difference of two detectors' drawn counts. */
function drawnDifference(
  scratch: usize,
  keys: usize,
  reading: i32,
  stream: i32,
  column: i32,
  plus: f64,
  minus: f64,
  poissonBelow: f64,
): f64 {
  // Words 0 … 3 of the counter of this column: lane 0 of a group that starts at it.
  schedule(scratch + S_KEY, keys, reading, stream | COUNTS_STREAM);
  store<i32>(scratch + S_KEY, load<i32>(keys) + column);
  words(scratch + S_NORMALS, scratch + S_KEY, 0, 1);
  const w0 = load<u32>(scratch + S_NORMALS),
    w1 = load<u32>(scratch + S_NORMALS, 32),
    w2 = load<u32>(scratch + S_NORMALS, 64),
    w3 = load<u32>(scratch + S_NORMALS, 96);
  normals(scratch + S_NORMALS, scratch + S_KEY, 0, 1);
  const a = plus < poissonBelow ? poisson(plus, w0, w1) : plus + sqrt<f64>(plus) * <f64>load<f32>(scratch + S_NORMALS);
  const b =
    minus < poissonBelow ? poisson(minus, w2, w3) : minus + sqrt<f64>(minus) * <f64>load<f32>(scratch + S_NORMALS, 64);
  return a - b;
}

/** σ of every output from the sum of the terms' variances. */
export function spreadOf(
  job: usize,
  m: usize,
  row: i32,
  tile: i32,
  reading: i32,
  column: i32,
  columns: i32,
  rows: i32,
  norm: f32,
  stream: i32,
  scratch: usize,
  magnitudes: usize,
  squares: usize,
): void {
  const spread = scratch + S_SPREAD;
  const terms = m + M_VARIANCES;
  let c: usize = load<usize>(terms) ? coefficient(terms, tile, column) : 0;
  for (let at = spread, end = spread + (<usize>columns << 2); at < end; at += 16) {
    v128.store(at, c ? v128.load(c) : f32x4.splat(0));
    if (c) c += 16;
  }
  if (load<usize>(terms + COEFFICIENT_BYTES))
    addUniform(spread, coefficient(terms + COEFFICIENT_BYTES, tile, column), norm * norm, columns);
  if (load<usize>(terms + 2 * COEFFICIENT_BYTES))
    addSquares(spread, coefficient(terms + 2 * COEFFICIENT_BYTES, tile, column), scratch + S_ANALOG, columns);
  if (load<usize>(terms + 3 * COEFFICIENT_BYTES))
    addMagnitudes(spread, coefficient(terms + 3 * COEFFICIENT_BYTES, tile, column), scratch + S_ANALOG, columns);
  if (load<usize>(terms + 4 * COEFFICIENT_BYTES))
    addMagnitudes(spread, coefficient(terms + 4 * COEFFICIENT_BYTES, tile, column), magnitudes, columns);
  if (load<usize>(terms + 5 * COEFFICIENT_BYTES))
    addMagnitudes(spread, coefficient(terms + 5 * COEFFICIENT_BYTES, tile, column), squares, columns);
  const shot = load<i32>(m + M_SHOT);
  if (shot == 1) addShot(job, m, row, tile, reading, column, columns, rows, norm, stream, scratch);
  else if (shot == 2) addCounts(job, m, row, tile, reading, column, columns, norm, stream, scratch, magnitudes);
  for (let at = spread, end = spread + (<usize>columns << 2); at < end; at += 32) {
    const a = f32x4.sqrt(v128.load(at)),
      b = f32x4.sqrt(v128.load(at, 16));
    v128.store(at, a);
    v128.store(at, b, 16);
  }
}

/** `analog += σ · normal`, σ = coefficient · factor. */
function addNormals(analog: usize, sigma: usize, normals: usize, factor: f32, columns: i32): void {
  const f = f32x4.splat(factor);
  for (let end = analog + (<usize>columns << 2); analog < end; analog += 32, sigma += 32, normals += 32) {
    const a = f32x4.add(v128.load(analog), f32x4.mul(f32x4.mul(v128.load(sigma), f), v128.load(normals))),
      b = f32x4.add(v128.load(analog, 16), f32x4.mul(f32x4.mul(v128.load(sigma, 16), f), v128.load(normals, 16)));
    v128.store(analog, a);
    v128.store(analog, b, 16);
  }
}

function applyTransfer(m: usize, analog: usize, columns: i32): void {
  const kind = load<i32>(m + M_TRANSFER);
  const p = load<f32>(m + M_TRANSFER_A),
    q = load<f32>(m + M_TRANSFER_B);
  const table: usize = load<usize>(m + M_TABLE);
  const last = load<i32>(m + M_TABLE_LAST);
  for (let end = analog + (<usize>columns << 2); analog < end; analog += 4) {
    const s = load<f32>(analog);
    let value: f32;
    if (kind == 1) {
      const at: f32 = (s + p) * q;
      if (!(at > 0)) value = load<f32>(table);
      else if (at >= <f32>last) value = load<f32>(table + (<usize>last << 2));
      else {
        const i = floor<f32>(at);
        const from = table + (<usize>i << 2);
        const low = load<f32>(from);
        value = low + (at - i) * (load<f32>(from, 4) - low);
      }
    } else if (kind == 2) {
      const most = s < q ? s : q;
      value = most > p ? most : p;
    } else if (kind == 3) {
      const bend: f32 = s * p;
      value = s / (1 + abs<f32>(bend));
    } else value = s + s * s * s * p;
    store<f32>(analog, value);
  }
}

/** What lies furthest from 0 and rounds, half to even, to a code no further than `limit`. */
export function edge(limit: f32): f32 {
  const half: f32 = limit < 0 ? limit - 0.5 : limit + 0.5;
  return <i32>limit & 1 ? reinterpret<f32>(reinterpret<i32>(half) - 1) : half;
}

/** Codes of the outputs, and their contributions: y += code·step·fullScale·weight. */
function convertAndAdd(
  m: usize,
  tile: i32,
  column: i32,
  columns: i32,
  norm: f32,
  weight: f32,
  analog: usize,
  y: usize,
  scratch: usize,
): void {
  const byNorm = load<i32>(m + M_BY_NORM) != 0;
  const stepFactor = f32x4.splat(byNorm ? norm : 1);
  const inverseFactor = f32x4.splat(byNorm ? (norm > 0 ? <f32>1 / norm : 0) : 1);
  const lowest = f32x4.splat(edge(load<f32>(m + M_LEAST))),
    highest = f32x4.splat(edge(load<f32>(m + M_GREATEST)));
  const magic = v128.load32_splat(CONSTANTS + C_ROUND);
  const w = f32x4.splat(weight);
  let step = coefficient(m + M_STEP, tile, column),
    inverse = coefficient(m + M_INVERSE_STEP, tile, column),
    full = coefficient(m + M_FULL_SCALE, tile, column);
  let beyond0 = i32x4.splat(0),
    beyond1 = i32x4.splat(0);
  for (let end = y + (<usize>columns << 2); y < end; y += 32, analog += 32, step += 32, inverse += 32, full += 32) {
    const f0 = v128.load(full),
      f1 = v128.load(full, 16);
    const v0 = f32x4.mul(v128.load(analog), f32x4.mul(v128.load(inverse), inverseFactor)),
      v1 = f32x4.mul(v128.load(analog, 16), f32x4.mul(v128.load(inverse, 16), inverseFactor));
    const l0 = f32x4.pmin(highest, f32x4.pmax(lowest, v0)),
      l1 = f32x4.pmin(highest, f32x4.pmax(lowest, v1));
    beyond0 = i32x4.sub(beyond0, f32x4.ne(v0, l0));
    beyond1 = i32x4.sub(beyond1, f32x4.ne(v1, l1));
    const c0 = f32x4.sub(f32x4.add(l0, magic), magic),
      c1 = f32x4.sub(f32x4.add(l1, magic), magic);
    const a0 = f32x4.mul(c0, f32x4.mul(v128.load(step), stepFactor)),
      a1 = f32x4.mul(c1, f32x4.mul(v128.load(step, 16), stepFactor));
    const y0 = f32x4.add(v128.load(y), f32x4.mul(f32x4.mul(a0, f0), w)),
      y1 = f32x4.add(v128.load(y, 16), f32x4.mul(f32x4.mul(a1, f1), w));
    v128.store(y, y0);
    v128.store(y, y1, 16);
  }
  const lanes = scratch + S_LANES;
  const b0 = i32x4.add(v128.load(lanes), beyond0),
    b1 = i32x4.add(v128.load(lanes, 16), beyond1);
  v128.store(lanes, b0);
  v128.store(lanes, b1, 16);
}

/** y += value·fullScale·weight. */
function addScaled(m: usize, tile: i32, column: i32, columns: i32, weight: f32, values: usize, y: usize): void {
  const w = f32x4.splat(weight);
  let full = coefficient(m + M_FULL_SCALE, tile, column);
  for (let end = y + (<usize>columns << 2); y < end; y += 32, values += 32, full += 32) {
    const a = f32x4.add(v128.load(y), f32x4.mul(f32x4.mul(v128.load(values), v128.load(full)), w)),
      b = f32x4.add(v128.load(y, 16), f32x4.mul(f32x4.mul(v128.load(values, 16), v128.load(full, 16)), w));
    v128.store(y, a);
    v128.store(y, b, 16);
  }
}

/** Integer sums as signals in f32; with `low` of codes multiplied in two parts. */
export function signalsOf(sums: usize, low: usize, split: i32, unit: f32, out: usize, columns: i32): void {
  const u = f32x4.splat(unit);
  const end = out + (<usize>columns << 2);
  if (low) {
    const factor = f32x4.splat(<f32>(1 << split));
    for (; out < end; out += 32, sums += 32, low += 32) {
      const a = f32x4.mul(f32x4.convert_i32x4_s(v128.load(sums)), factor),
        b = f32x4.mul(f32x4.convert_i32x4_s(v128.load(sums, 16)), factor);
      const c = f32x4.mul(f32x4.add(a, f32x4.convert_i32x4_s(v128.load(low))), u),
        d = f32x4.mul(f32x4.add(b, f32x4.convert_i32x4_s(v128.load(low, 16))), u);
      v128.store(out, c);
      v128.store(out, d, 16);
    }
    return;
  }
  for (; out < end; out += 32, sums += 32) {
    const a = f32x4.mul(f32x4.convert_i32x4_s(v128.load(sums)), u),
      b = f32x4.mul(f32x4.convert_i32x4_s(v128.load(sums, 16)), u);
    v128.store(out, a);
    v128.store(out, b, 16);
  }
}

/** f32 sums as signals. */
export function scaled(sums: usize, unit: f32, out: usize, columns: i32): void {
  const u = f32x4.splat(unit);
  for (let end = out + (<usize>columns << 2); out < end; out += 32, sums += 32) {
    const a = f32x4.mul(v128.load(sums), u),
      b = f32x4.mul(v128.load(sums, 16), u);
    v128.store(out, a);
    v128.store(out, b, 16);
  }
}

/**
 * Reads the outputs of a row in a tile: the signals lie at S_ANALOG; adds clean and read contributions to `clean` and
 * `y`, saturated outputs to the lanes of S_LANES. `rows` are the tile's inputs; `magnitudes` and `squares` the
 * outputs of those products where the noise asks for them.
 */
export function readOutputs(
  job: usize,
  m: usize,
  row: i32,
  tile: i32,
  reading: i32,
  column: i32,
  columns: i32,
  rows: i32,
  norm: f32,
  weight: f32,
  round: i32,
  y: usize,
  clean: usize,
  magnitudes: usize,
  squares: usize,
  scratch: usize,
): void {
  const analog = scratch + S_ANALOG;
  addScaled(m, tile, column, columns, weight, analog, clean);
  const form = load<i32>(m + M_FORM);
  if (form) {
    const stream = load<i32>(job + J_STREAM) | (round << 8);
    let sigma: usize;
    if (form == 3) {
      spreadOf(job, m, row, tile, reading, column, columns, rows, norm, stream, scratch, magnitudes, squares);
      sigma = scratch + S_SPREAD;
    } else sigma = coefficient(m + M_SIGMA, tile, column);
    const normals = columnNormals(
      scratch + S_NORMALS,
      scratch + S_KEY,
      load<usize>(job + J_KEYS) + (<usize>row << 4),
      load<i32>(job + J_COLUMN_START) + column,
      columns,
      reading,
      stream | GAUSSIAN_STREAM,
    );
    addNormals(analog, sigma, normals, form == 2 ? norm : 1, columns);
  }
  if (load<i32>(m + M_TRANSFER)) applyTransfer(m, analog, columns);
  if (load<i32>(m + M_OUTPUT)) convertAndAdd(m, tile, column, columns, norm, weight, analog, y, scratch);
  else addScaled(m, tile, column, columns, weight, analog, y);
}

/** Takes the saturated outputs out of their lanes. */
export function takeSaturated(scratch: usize): i32 {
  const lanes = scratch + S_LANES;
  const sum = i32x4.add(v128.load(lanes), v128.load(lanes, 16));
  v128.store(lanes, i32x4.splat(0));
  v128.store(lanes, i32x4.splat(0), 16);
  return (
    i32x4.extract_lane(sum, 0) + i32x4.extract_lane(sum, 1) + i32x4.extract_lane(sum, 2) + i32x4.extract_lane(sum, 3)
  );
}
