import { MINUS_INFINITY } from '../../src/digital/slots';
import { constant } from './constant';
import { exp } from './exp';
import { turn } from './rope';
import { fold, keep, sums } from './sum';

/**
 * A cache stands in pages of 16 positions. In a page, each key and value head has its keys, headDim × 16 (the
 * positions side by side, so that one query value meets 16 of them), then its values, 16 × the head's width rounded
 * up to 8.
 */
const PAGE: i32 = 16;

/**
 * Writes the keys and values of one position.
 * @param keys kvHeads × headDim, after RoPE; `values` likewise.
 * @param page Where the page keeps this layer.
 * @param slot The position's place in the page.
 */
export function storeKeyValue(keys: usize, values: usize, page: usize, slot: i32, kvHeads: i32, headDim: i32): void {
  const valueWidth = (headDim + 7) & ~7;
  const keyBytes = (<usize>(headDim * PAGE)) << 2;
  const valueBytes = (<usize>(valueWidth * PAGE)) << 2;
  for (let head = 0; head < kvHeads; head++) {
    let key = page + ((<usize>slot) << 2);
    const value = page + keyBytes + ((<usize>(slot * valueWidth)) << 2);
    for (let i = 0; i < headDim; i++) {
      store<f32>(key, load<f32>(keys));
      keys += 4;
      key += (<usize>PAGE) << 2;
    }
    memory.copy(value, values, (<usize>headDim) << 2);
    memory.fill(value + ((<usize>headDim) << 2), 0, (<usize>(valueWidth - headDim)) << 2);
    values += (<usize>headDim) << 2;
    page += keyBytes + valueBytes;
  }
}

/**
 * Attention of one row by the `group` query heads that share a key and value head, over the first `length`
 * positions: softmax(q · k · scale) · v.
 * @param q group × headDim, after RoPE; `out` likewise.
 * @param pages Addresses of the cache's pages.
 * @param offset Where a page keeps this layer and head, in bytes.
 * @param scores Room for `length` values, rounded up to 16.
 */
export function attend(
  q: usize,
  group: i32,
  headDim: i32,
  pages: usize,
  offset: usize,
  length: i32,
  scale: f32,
  scores: usize,
  out: usize,
): void {
  const bytes = (<usize>headDim) << 2;
  const valueOffset = offset + (bytes << 4);
  for (let head = 0; head < group; head++) {
    score(q, headDim, pages, offset, length, scale, scores);
    const total = weigh(scores, length);
    sumValues(scores, length, total, headDim, pages, valueOffset, out);
    q += bytes;
    out += bytes;
  }
}

/**
 * One layer of a step: RoPE of every row's queries and keys, keys and values into the caches, then attention row by
 * row. Rows of one cache stand together; they are read head by head, so that a head's keys and values stay in the
 * nearest cache meanwhile.
 * @param table Per row its position and the address of its cache's list of pages; 8 bytes.
 * @param qkv rows × (heads + 2·kvHeads)·headDim: queries, keys, values.
 * @param cosines Row-major, positions × headDim / 2; `sines` likewise.
 * @param offset Where a page keeps this layer, in bytes.
 * @param queries Room for rows × heads·headDim.
 * @param keys Room for kvHeads·headDim.
 * @param scores Room for one value per position, rounded up to 16.
 * @param out Row-major, rows × heads·headDim.
 */
export function attention(
  rows: i32,
  table: usize,
  qkv: usize,
  heads: i32,
  kvHeads: i32,
  headDim: i32,
  cosines: usize,
  sines: usize,
  offset: usize,
  scale: f32,
  queries: usize,
  keys: usize,
  scores: usize,
  out: usize,
): void {
  const half = headDim >> 1;
  const angleBytes = <usize>half << 2;
  const queryBytes = <usize>(heads * headDim) << 2;
  const kvBytes = <usize>(kvHeads * headDim) << 2;
  for (let row = 0; row < rows; row++) {
    const position = load<i32>(table + (<usize>row << 3));
    const pages = <usize>load<u32>(table + (<usize>row << 3), 4);
    const q = qkv + <usize>row * (queryBytes + 2 * kvBytes);
    const angles = <usize>position * angleBytes;
    turn(q + queryBytes, cosines + angles, sines + angles, keys, kvHeads, half);
    const page = <usize>load<u32>(pages + (<usize>(position >> 4) << 2)) + offset;
    storeKeyValue(keys, q + queryBytes + kvBytes, page, position & (PAGE - 1), kvHeads, headDim);
    turn(q, cosines + angles, sines + angles, queries + <usize>row * queryBytes, heads, half);
  }
  const group = heads / kvHeads;
  const groupBytes = <usize>(group * headDim) << 2;
  const headBytes = <usize>((headDim + ((headDim + 7) & ~7)) * PAGE) << 2;
  let from = 0;
  while (from < rows) {
    const pages = <usize>load<u32>(table + (<usize>from << 3), 4);
    let to = from + 1;
    while (to < rows && <usize>load<u32>(table + (<usize>to << 3), 4) == pages) to++;
    for (let head = 0; head < kvHeads; head++) {
      const place = offset + <usize>head * headBytes;
      for (let row = from; row < to; row++) {
        const at = <usize>row * queryBytes + <usize>head * groupBytes;
        const length = load<i32>(table + (<usize>row << 3)) + 1;
        attend(queries + at, group, headDim, pages, place, length, scale, scores, out + at);
      }
    }
    from = to;
  }
}

/** `scores[p] = (Σ over even i of q[i] · k[p][i] + Σ over odd i) · scale`; −∞ past `length`. */
function score(q: usize, headDim: i32, pages: usize, offset: usize, length: i32, scale: f32, scores: usize): void {
  const factor = f32x4.splat(scale);
  const end = q + ((<usize>headDim) << 2);
  let to = scores;
  for (let position = 0; position < length; position += PAGE) {
    let k = <usize>load<u32>(pages) + offset;
    let even0 = f32x4.splat(0);
    let even1 = f32x4.splat(0);
    let even2 = f32x4.splat(0);
    let even3 = f32x4.splat(0);
    let odd0 = f32x4.splat(0);
    let odd1 = f32x4.splat(0);
    let odd2 = f32x4.splat(0);
    let odd3 = f32x4.splat(0);
    for (let i = q; i < end; i += 8) {
      const a = v128.load32_splat(i);
      const b = v128.load32_splat(i, 4);
      even0 = f32x4.add(even0, f32x4.mul(a, v128.load(k)));
      even1 = f32x4.add(even1, f32x4.mul(a, v128.load(k, 16)));
      even2 = f32x4.add(even2, f32x4.mul(a, v128.load(k, 32)));
      even3 = f32x4.add(even3, f32x4.mul(a, v128.load(k, 48)));
      odd0 = f32x4.add(odd0, f32x4.mul(b, v128.load(k, 64)));
      odd1 = f32x4.add(odd1, f32x4.mul(b, v128.load(k, 80)));
      odd2 = f32x4.add(odd2, f32x4.mul(b, v128.load(k, 96)));
      odd3 = f32x4.add(odd3, f32x4.mul(b, v128.load(k, 112)));
      k += 128;
    }
    v128.store(to, f32x4.mul(f32x4.add(even0, odd0), factor));
    v128.store(to, f32x4.mul(f32x4.add(even1, odd1), factor), 16);
    v128.store(to, f32x4.mul(f32x4.add(even2, odd2), factor), 32);
    v128.store(to, f32x4.mul(f32x4.add(even3, odd3), factor), 48);
    to += 64;
    pages += 4;
  }
  for (let i = scores + ((<usize>length) << 2); i < to; i += 4) v128.store32_lane(i, constant(MINUS_INFINITY), 0);
}

/** `scores = e^(scores − their maximum)`; returns their sum: position p in lane p mod 16, lanes folded in halves. */
function weigh(scores: usize, length: i32): f32 {
  const end = scores + ((<usize>((length + PAGE - 1) & ~(PAGE - 1))) << 2);
  let top0 = constant(MINUS_INFINITY);
  let top1 = constant(MINUS_INFINITY);
  for (let i = scores; i < end; i += 32) {
    top0 = f32x4.pmax(top0, v128.load(i));
    top1 = f32x4.pmax(top1, v128.load(i, 16));
  }
  const at = sums();
  v128.store(at, top0);
  v128.store(at, top1, 16);
  let most = load<f32>(at);
  for (let i: usize = 4; i < 32; i += 4) {
    const other = load<f32>(at + i);
    if (other > most) most = other;
  }
  const top = f32x4.splat(most);
  let s0 = f32x4.splat(0);
  let s1 = f32x4.splat(0);
  let s2 = f32x4.splat(0);
  let s3 = f32x4.splat(0);
  for (let i = scores; i < end; i += 64) {
    const x0 = v128.load(i);
    const x1 = v128.load(i, 16);
    const x2 = v128.load(i, 32);
    const x3 = v128.load(i, 48);
    const e0 = exp(f32x4.sub(x0, top));
    const e1 = exp(f32x4.sub(x1, top));
    const e2 = exp(f32x4.sub(x2, top));
    const e3 = exp(f32x4.sub(x3, top));
    v128.store(i, e0);
    v128.store(i, e1, 16);
    v128.store(i, e2, 32);
    v128.store(i, e3, 48);
    s0 = f32x4.add(s0, e0);
    s1 = f32x4.add(s1, e1);
    s2 = f32x4.add(s2, e2);
    s3 = f32x4.add(s3, e3);
  }
  keep(s0, s1, s2, s3);
  return fold();
}

/** `out = (Σ weights[p] · v[p]) / total`, positions in order. */
function sumValues(
  weights: usize,
  length: i32,
  total: f32,
  headDim: i32,
  pages: usize,
  offset: usize,
  out: usize,
): void {
  const stride = (<usize>((headDim + 7) & ~7)) << 2;
  const bytes = (<usize>headDim) << 2;
  const divisor = f32x4.splat(total);
  let i: usize = 0;
  for (; i + 128 <= bytes; i += 128) sumValues32(weights, length, divisor, pages, offset + i, stride, out + i);
  for (; i + 32 <= bytes; i += 32) sumValues8(weights, length, divisor, pages, offset + i, stride, out + i);
  if (i < bytes) {
    sumValues8(weights, length, divisor, pages, offset + i, stride, sums());
    memory.copy(out + i, sums(), bytes - i);
  }
}

/** Thirty-two of a head's values. */
function sumValues32(
  weights: usize,
  length: i32,
  divisor: v128,
  pages: usize,
  offset: usize,
  stride: usize,
  out: usize,
): void {
  let s0 = f32x4.splat(0);
  let s1 = f32x4.splat(0);
  let s2 = f32x4.splat(0);
  let s3 = f32x4.splat(0);
  let s4 = f32x4.splat(0);
  let s5 = f32x4.splat(0);
  let s6 = f32x4.splat(0);
  let s7 = f32x4.splat(0);
  for (let position = 0; position < length; position += PAGE) {
    let v = <usize>load<u32>(pages) + offset;
    const end = weights + ((<usize>min(PAGE, length - position)) << 2);
    for (; weights < end; weights += 4) {
      const w = v128.load32_splat(weights);
      s0 = f32x4.add(s0, f32x4.mul(w, v128.load(v)));
      s1 = f32x4.add(s1, f32x4.mul(w, v128.load(v, 16)));
      s2 = f32x4.add(s2, f32x4.mul(w, v128.load(v, 32)));
      s3 = f32x4.add(s3, f32x4.mul(w, v128.load(v, 48)));
      s4 = f32x4.add(s4, f32x4.mul(w, v128.load(v, 64)));
      s5 = f32x4.add(s5, f32x4.mul(w, v128.load(v, 80)));
      s6 = f32x4.add(s6, f32x4.mul(w, v128.load(v, 96)));
      s7 = f32x4.add(s7, f32x4.mul(w, v128.load(v, 112)));
      v += stride;
    }
    pages += 4;
  }
  v128.store(out, f32x4.div(s0, divisor));
  v128.store(out, f32x4.div(s1, divisor), 16);
  v128.store(out, f32x4.div(s2, divisor), 32);
  v128.store(out, f32x4.div(s3, divisor), 48);
  v128.store(out, f32x4.div(s4, divisor), 64);
  v128.store(out, f32x4.div(s5, divisor), 80);
  v128.store(out, f32x4.div(s6, divisor), 96);
  v128.store(out, f32x4.div(s7, divisor), 112);
}

/** Eight of a head's values. */
function sumValues8(
  weights: usize,
  length: i32,
  divisor: v128,
  pages: usize,
  offset: usize,
  stride: usize,
  out: usize,
): void {
  let s0 = f32x4.splat(0);
  let s1 = f32x4.splat(0);
  for (let position = 0; position < length; position += PAGE) {
    let v = <usize>load<u32>(pages) + offset;
    const end = weights + ((<usize>min(PAGE, length - position)) << 2);
    for (; weights < end; weights += 4) {
      const w = v128.load32_splat(weights);
      s0 = f32x4.add(s0, f32x4.mul(w, v128.load(v)));
      s1 = f32x4.add(s1, f32x4.mul(w, v128.load(v, 16)));
      v += stride;
    }
    pages += 4;
  }
  v128.store(out, f32x4.div(s0, divisor));
  v128.store(out, f32x4.div(s1, divisor), 16);
}
