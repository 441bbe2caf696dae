/** The Gaussian and Threefry of src/draws, eight counters at a time. */
import {
  C_COS,
  C_HALF,
  C_LANES,
  C_LN,
  C_LN2,
  C_MINUS_TWO,
  C_ONE,
  C_SIN,
  C_SQRT_HALF_BITS,
  C_THIRTY_ONE,
  C_TWO_TO_MINUS_31,
  C_ZERO,
  CONSTANTS,
} from '../src/wasm/layout';

// @ts-ignore: decorator
@inline
function constant(offset: i32): v128 {
  return v128.load32_splat(CONSTANTS + offset);
}

// @ts-ignore: decorator
@inline
function rotate(v: v128, bits: i32): v128 {
  return v128.or(i32x4.shl(v, bits), i32x4.shr_u(v, 32 - bits));
}

const PARITY: i32 = 0x1bd11bda;

/**
 * Writes what the rounds of a draw inject, 20 words: the first sums with the counter's words 1 to 3, then four
 * injections. `key` holds four words; word 0 of the counter is left to the lanes.
 */
export function schedule(out: usize, key: usize, c1: i32, c2: i32): void {
  const k0 = load<i32>(key),
    k1 = load<i32>(key, 4),
    k2 = load<i32>(key, 8),
    k3 = load<i32>(key, 12);
  const k4 = PARITY ^ k0 ^ k1 ^ k2 ^ k3;
  store<i32>(out, k0);
  store<i32>(out, c1 + k1, 4);
  store<i32>(out, c2 + k2, 8);
  store<i32>(out, k3, 12);
  store<i32>(out, k1, 16);
  store<i32>(out, k2, 20);
  store<i32>(out, k3, 24);
  store<i32>(out, k4 + 1, 28);
  store<i32>(out, k2, 32);
  store<i32>(out, k3, 36);
  store<i32>(out, k4, 40);
  store<i32>(out, k0 + 2, 44);
  store<i32>(out, k3, 48);
  store<i32>(out, k4, 52);
  store<i32>(out, k0, 56);
  store<i32>(out, k1 + 3, 60);
}

/** Words of `groups` groups of 32 columns from group number `group` on, 128 bytes each, column by column. */
export function words(out: usize, keys: usize, group: i32, groups: i32): void {
  for (let i = 0; i < groups; i++) {
    const base = i32x4.splat(((group + i) << 3) + load<i32>(keys));
    let x1 = v128.load32_splat(keys, 4),
      x2 = v128.load32_splat(keys, 8),
      x3 = v128.load32_splat(keys, 12);
    let y1 = x1,
      y2 = x2,
      y3 = x3;
    // The lanes' loads next to each other, with no other between: 256-bit code joins them.
    let x0 = i32x4.add(x1, i32x4.add(base, v128.load(CONSTANTS + C_LANES)));
    let y0 = i32x4.add(y1, i32x4.add(base, v128.load(CONSTANTS + C_LANES, 16)));
    x1 = v128.xor(rotate(x1, 10), x0);
    x2 = i32x4.add(x2, x3);
    x3 = v128.xor(rotate(x3, 26), x2);
    y1 = v128.xor(rotate(y1, 10), y0);
    y2 = i32x4.add(y2, y3);
    y3 = v128.xor(rotate(y3, 26), y2);
    x0 = i32x4.add(x0, x3);
    x3 = v128.xor(rotate(x3, 11), x0);
    x2 = i32x4.add(x2, x1);
    x1 = v128.xor(rotate(x1, 21), x2);
    y0 = i32x4.add(y0, y3);
    y3 = v128.xor(rotate(y3, 11), y0);
    y2 = i32x4.add(y2, y1);
    y1 = v128.xor(rotate(y1, 21), y2);
    x0 = i32x4.add(x0, x1);
    x1 = v128.xor(rotate(x1, 13), x0);
    x2 = i32x4.add(x2, x3);
    x3 = v128.xor(rotate(x3, 27), x2);
    y0 = i32x4.add(y0, y1);
    y1 = v128.xor(rotate(y1, 13), y0);
    y2 = i32x4.add(y2, y3);
    y3 = v128.xor(rotate(y3, 27), y2);
    x0 = i32x4.add(x0, x3);
    x3 = v128.xor(rotate(x3, 23), x0);
    x2 = i32x4.add(x2, x1);
    x1 = v128.xor(rotate(x1, 5), x2);
    y0 = i32x4.add(y0, y3);
    y3 = v128.xor(rotate(y3, 23), y0);
    y2 = i32x4.add(y2, y1);
    y1 = v128.xor(rotate(y1, 5), y2);
    x0 = i32x4.add(x0, v128.load32_splat(keys, 16));
    x1 = i32x4.add(x1, v128.load32_splat(keys, 20));
    x2 = i32x4.add(x2, v128.load32_splat(keys, 24));
    x3 = i32x4.add(x3, v128.load32_splat(keys, 28));
    y0 = i32x4.add(y0, v128.load32_splat(keys, 16));
    y1 = i32x4.add(y1, v128.load32_splat(keys, 20));
    y2 = i32x4.add(y2, v128.load32_splat(keys, 24));
    y3 = i32x4.add(y3, v128.load32_splat(keys, 28));
    x0 = i32x4.add(x0, x1);
    x1 = v128.xor(rotate(x1, 6), x0);
    x2 = i32x4.add(x2, x3);
    x3 = v128.xor(rotate(x3, 20), x2);
    y0 = i32x4.add(y0, y1);
    y1 = v128.xor(rotate(y1, 6), y0);
    y2 = i32x4.add(y2, y3);
    y3 = v128.xor(rotate(y3, 20), y2);
    x0 = i32x4.add(x0, x3);
    x3 = v128.xor(rotate(x3, 17), x0);
    x2 = i32x4.add(x2, x1);
    x1 = v128.xor(rotate(x1, 11), x2);
    y0 = i32x4.add(y0, y3);
    y3 = v128.xor(rotate(y3, 17), y0);
    y2 = i32x4.add(y2, y1);
    y1 = v128.xor(rotate(y1, 11), y2);
    x0 = i32x4.add(x0, x1);
    x1 = v128.xor(rotate(x1, 25), x0);
    x2 = i32x4.add(x2, x3);
    x3 = v128.xor(rotate(x3, 10), x2);
    y0 = i32x4.add(y0, y1);
    y1 = v128.xor(rotate(y1, 25), y0);
    y2 = i32x4.add(y2, y3);
    y3 = v128.xor(rotate(y3, 10), y2);
    x0 = i32x4.add(x0, x3);
    x3 = v128.xor(rotate(x3, 18), x0);
    x2 = i32x4.add(x2, x1);
    x1 = v128.xor(rotate(x1, 20), x2);
    y0 = i32x4.add(y0, y3);
    y3 = v128.xor(rotate(y3, 18), y0);
    y2 = i32x4.add(y2, y1);
    y1 = v128.xor(rotate(y1, 20), y2);
    x0 = i32x4.add(x0, v128.load32_splat(keys, 32));
    x1 = i32x4.add(x1, v128.load32_splat(keys, 36));
    x2 = i32x4.add(x2, v128.load32_splat(keys, 40));
    x3 = i32x4.add(x3, v128.load32_splat(keys, 44));
    y0 = i32x4.add(y0, v128.load32_splat(keys, 32));
    y1 = i32x4.add(y1, v128.load32_splat(keys, 36));
    y2 = i32x4.add(y2, v128.load32_splat(keys, 40));
    y3 = i32x4.add(y3, v128.load32_splat(keys, 44));
    x0 = i32x4.add(x0, x1);
    x1 = v128.xor(rotate(x1, 10), x0);
    x2 = i32x4.add(x2, x3);
    x3 = v128.xor(rotate(x3, 26), x2);
    y0 = i32x4.add(y0, y1);
    y1 = v128.xor(rotate(y1, 10), y0);
    y2 = i32x4.add(y2, y3);
    y3 = v128.xor(rotate(y3, 26), y2);
    x0 = i32x4.add(x0, x3);
    x3 = v128.xor(rotate(x3, 11), x0);
    x2 = i32x4.add(x2, x1);
    x1 = v128.xor(rotate(x1, 21), x2);
    y0 = i32x4.add(y0, y3);
    y3 = v128.xor(rotate(y3, 11), y0);
    y2 = i32x4.add(y2, y1);
    y1 = v128.xor(rotate(y1, 21), y2);
    x0 = i32x4.add(x0, x1);
    x1 = v128.xor(rotate(x1, 13), x0);
    x2 = i32x4.add(x2, x3);
    x3 = v128.xor(rotate(x3, 27), x2);
    y0 = i32x4.add(y0, y1);
    y1 = v128.xor(rotate(y1, 13), y0);
    y2 = i32x4.add(y2, y3);
    y3 = v128.xor(rotate(y3, 27), y2);
    x0 = i32x4.add(x0, x3);
    x3 = v128.xor(rotate(x3, 23), x0);
    x2 = i32x4.add(x2, x1);
    x1 = v128.xor(rotate(x1, 5), x2);
    y0 = i32x4.add(y0, y3);
    y3 = v128.xor(rotate(y3, 23), y0);
    y2 = i32x4.add(y2, y1);
    y1 = v128.xor(rotate(y1, 5), y2);
    x0 = i32x4.add(x0, v128.load32_splat(keys, 48));
    x1 = i32x4.add(x1, v128.load32_splat(keys, 52));
    x2 = i32x4.add(x2, v128.load32_splat(keys, 56));
    x3 = i32x4.add(x3, v128.load32_splat(keys, 60));
    y0 = i32x4.add(y0, v128.load32_splat(keys, 48));
    y1 = i32x4.add(y1, v128.load32_splat(keys, 52));
    y2 = i32x4.add(y2, v128.load32_splat(keys, 56));
    y3 = i32x4.add(y3, v128.load32_splat(keys, 60));
    x0 = i32x4.add(x0, x1);
    x1 = v128.xor(rotate(x1, 6), x0);
    x2 = i32x4.add(x2, x3);
    x3 = v128.xor(rotate(x3, 20), x2);
    y0 = i32x4.add(y0, y1);
    y1 = v128.xor(rotate(y1, 6), y0);
    y2 = i32x4.add(y2, y3);
    y3 = v128.xor(rotate(y3, 20), y2);
    v128.store(out, x0);
    v128.store(out, y0, 16);
    v128.store(out, x1, 32);
    v128.store(out, y1, 48);
    v128.store(out, x2, 64);
    v128.store(out, y2, 80);
    v128.store(out, x3, 96);
    v128.store(out, y3, 112);
    out += 128;
  }
}

// @ts-ignore: decorator
@inline
function pair(offset: i32, x: v128): v128 {
  return f32x4.add(constant(offset), f32x4.mul(constant(offset + 4), x));
}

/** √(−2 ln u) of src/draws/normal.ts. */
// @ts-ignore: decorator
@inline
function radius(word: v128): v128 {
  const f = f32x4.add(f32x4.convert_i32x4_s(i32x4.shr_u(word, 1)), constant(C_HALF));
  const exponent = i32x4.shr_s(i32x4.sub(f, constant(C_SQRT_HALF_BITS)), 23);
  const y = f32x4.sub(i32x4.sub(f, i32x4.shl(exponent, 23)), constant(C_ONE));
  const y2 = f32x4.mul(y, y);
  const y4 = f32x4.mul(y2, y2);
  const low = f32x4.add(pair(C_LN, y), f32x4.mul(pair(C_LN + 8, y), y2));
  const high = f32x4.add(pair(C_LN + 16, y), f32x4.mul(constant(C_LN + 24), y2));
  const q = f32x4.add(low, f32x4.mul(high, y4));
  const whole = f32x4.mul(f32x4.sub(f32x4.convert_i32x4_s(exponent), constant(C_THIRTY_ONE)), constant(C_LN2));
  const ln = f32x4.add(f32x4.add(y, f32x4.mul(y2, q)), whole);
  return f32x4.sqrt(f32x4.pmax(constant(C_ZERO), f32x4.mul(ln, constant(C_MINUS_TWO))));
}

/** sin(πv/2). */
// @ts-ignore: decorator
@inline
function sine(v: v128, z: v128): v128 {
  const z2 = f32x4.mul(z, z);
  return f32x4.mul(f32x4.add(pair(C_SIN, z), f32x4.mul(pair(C_SIN + 8, z), z2)), v);
}

/** cos(πv/2). */
// @ts-ignore: decorator
@inline
function cosine(z: v128): v128 {
  const z2 = f32x4.mul(z, z);
  const low = f32x4.add(pair(C_COS, z), f32x4.mul(pair(C_COS + 8, z), z2));
  return f32x4.add(low, f32x4.mul(constant(C_COS + 16), f32x4.mul(z2, z2)));
}

/**
 * Standard normals of `groups` groups of 32 columns from group number `group` on: `words`, then src/draws/normal.ts
 * without a way through memory, which would part the halves of 256-bit code.
 */
export function normals(out: usize, keys: usize, group: i32, groups: i32): void {
  for (let i = 0; i < groups; i++) {
    const base = i32x4.splat(((group + i) << 3) + load<i32>(keys));
    let x1 = v128.load32_splat(keys, 4),
      x2 = v128.load32_splat(keys, 8),
      x3 = v128.load32_splat(keys, 12);
    let y1 = x1,
      y2 = x2,
      y3 = x3;
    // The lanes' loads next to each other, with no other between: 256-bit code joins them.
    let x0 = i32x4.add(x1, i32x4.add(base, v128.load(CONSTANTS + C_LANES)));
    let y0 = i32x4.add(y1, i32x4.add(base, v128.load(CONSTANTS + C_LANES, 16)));
    x1 = v128.xor(rotate(x1, 10), x0);
    x2 = i32x4.add(x2, x3);
    x3 = v128.xor(rotate(x3, 26), x2);
    y1 = v128.xor(rotate(y1, 10), y0);
    y2 = i32x4.add(y2, y3);
    y3 = v128.xor(rotate(y3, 26), y2);
    x0 = i32x4.add(x0, x3);
    x3 = v128.xor(rotate(x3, 11), x0);
    x2 = i32x4.add(x2, x1);
    x1 = v128.xor(rotate(x1, 21), x2);
    y0 = i32x4.add(y0, y3);
    y3 = v128.xor(rotate(y3, 11), y0);
    y2 = i32x4.add(y2, y1);
    y1 = v128.xor(rotate(y1, 21), y2);
    x0 = i32x4.add(x0, x1);
    x1 = v128.xor(rotate(x1, 13), x0);
    x2 = i32x4.add(x2, x3);
    x3 = v128.xor(rotate(x3, 27), x2);
    y0 = i32x4.add(y0, y1);
    y1 = v128.xor(rotate(y1, 13), y0);
    y2 = i32x4.add(y2, y3);
    y3 = v128.xor(rotate(y3, 27), y2);
    x0 = i32x4.add(x0, x3);
    x3 = v128.xor(rotate(x3, 23), x0);
    x2 = i32x4.add(x2, x1);
    x1 = v128.xor(rotate(x1, 5), x2);
    y0 = i32x4.add(y0, y3);
    y3 = v128.xor(rotate(y3, 23), y0);
    y2 = i32x4.add(y2, y1);
    y1 = v128.xor(rotate(y1, 5), y2);
    x0 = i32x4.add(x0, v128.load32_splat(keys, 16));
    x1 = i32x4.add(x1, v128.load32_splat(keys, 20));
    x2 = i32x4.add(x2, v128.load32_splat(keys, 24));
    x3 = i32x4.add(x3, v128.load32_splat(keys, 28));
    y0 = i32x4.add(y0, v128.load32_splat(keys, 16));
    y1 = i32x4.add(y1, v128.load32_splat(keys, 20));
    y2 = i32x4.add(y2, v128.load32_splat(keys, 24));
    y3 = i32x4.add(y3, v128.load32_splat(keys, 28));
    x0 = i32x4.add(x0, x1);
    x1 = v128.xor(rotate(x1, 6), x0);
    x2 = i32x4.add(x2, x3);
    x3 = v128.xor(rotate(x3, 20), x2);
    y0 = i32x4.add(y0, y1);
    y1 = v128.xor(rotate(y1, 6), y0);
    y2 = i32x4.add(y2, y3);
    y3 = v128.xor(rotate(y3, 20), y2);
    x0 = i32x4.add(x0, x3);
    x3 = v128.xor(rotate(x3, 17), x0);
    x2 = i32x4.add(x2, x1);
    x1 = v128.xor(rotate(x1, 11), x2);
    y0 = i32x4.add(y0, y3);
    y3 = v128.xor(rotate(y3, 17), y0);
    y2 = i32x4.add(y2, y1);
    y1 = v128.xor(rotate(y1, 11), y2);
    x0 = i32x4.add(x0, x1);
    x1 = v128.xor(rotate(x1, 25), x0);
    x2 = i32x4.add(x2, x3);
    x3 = v128.xor(rotate(x3, 10), x2);
    y0 = i32x4.add(y0, y1);
    y1 = v128.xor(rotate(y1, 25), y0);
    y2 = i32x4.add(y2, y3);
    y3 = v128.xor(rotate(y3, 10), y2);
    x0 = i32x4.add(x0, x3);
    x3 = v128.xor(rotate(x3, 18), x0);
    x2 = i32x4.add(x2, x1);
    x1 = v128.xor(rotate(x1, 20), x2);
    y0 = i32x4.add(y0, y3);
    y3 = v128.xor(rotate(y3, 18), y0);
    y2 = i32x4.add(y2, y1);
    y1 = v128.xor(rotate(y1, 20), y2);
    x0 = i32x4.add(x0, v128.load32_splat(keys, 32));
    x1 = i32x4.add(x1, v128.load32_splat(keys, 36));
    x2 = i32x4.add(x2, v128.load32_splat(keys, 40));
    x3 = i32x4.add(x3, v128.load32_splat(keys, 44));
    y0 = i32x4.add(y0, v128.load32_splat(keys, 32));
    y1 = i32x4.add(y1, v128.load32_splat(keys, 36));
    y2 = i32x4.add(y2, v128.load32_splat(keys, 40));
    y3 = i32x4.add(y3, v128.load32_splat(keys, 44));
    x0 = i32x4.add(x0, x1);
    x1 = v128.xor(rotate(x1, 10), x0);
    x2 = i32x4.add(x2, x3);
    x3 = v128.xor(rotate(x3, 26), x2);
    y0 = i32x4.add(y0, y1);
    y1 = v128.xor(rotate(y1, 10), y0);
    y2 = i32x4.add(y2, y3);
    y3 = v128.xor(rotate(y3, 26), y2);
    x0 = i32x4.add(x0, x3);
    x3 = v128.xor(rotate(x3, 11), x0);
    x2 = i32x4.add(x2, x1);
    x1 = v128.xor(rotate(x1, 21), x2);
    y0 = i32x4.add(y0, y3);
    y3 = v128.xor(rotate(y3, 11), y0);
    y2 = i32x4.add(y2, y1);
    y1 = v128.xor(rotate(y1, 21), y2);
    x0 = i32x4.add(x0, x1);
    x1 = v128.xor(rotate(x1, 13), x0);
    x2 = i32x4.add(x2, x3);
    x3 = v128.xor(rotate(x3, 27), x2);
    y0 = i32x4.add(y0, y1);
    y1 = v128.xor(rotate(y1, 13), y0);
    y2 = i32x4.add(y2, y3);
    y3 = v128.xor(rotate(y3, 27), y2);
    x0 = i32x4.add(x0, x3);
    x3 = v128.xor(rotate(x3, 23), x0);
    x2 = i32x4.add(x2, x1);
    x1 = v128.xor(rotate(x1, 5), x2);
    y0 = i32x4.add(y0, y3);
    y3 = v128.xor(rotate(y3, 23), y0);
    y2 = i32x4.add(y2, y1);
    y1 = v128.xor(rotate(y1, 5), y2);
    x0 = i32x4.add(x0, v128.load32_splat(keys, 48));
    x1 = i32x4.add(x1, v128.load32_splat(keys, 52));
    x2 = i32x4.add(x2, v128.load32_splat(keys, 56));
    x3 = i32x4.add(x3, v128.load32_splat(keys, 60));
    y0 = i32x4.add(y0, v128.load32_splat(keys, 48));
    y1 = i32x4.add(y1, v128.load32_splat(keys, 52));
    y2 = i32x4.add(y2, v128.load32_splat(keys, 56));
    y3 = i32x4.add(y3, v128.load32_splat(keys, 60));
    x0 = i32x4.add(x0, x1);
    x1 = v128.xor(rotate(x1, 6), x0);
    x2 = i32x4.add(x2, x3);
    x3 = v128.xor(rotate(x3, 20), x2);
    y0 = i32x4.add(y0, y1);
    y1 = v128.xor(rotate(y1, 6), y0);
    y2 = i32x4.add(y2, y3);
    y3 = v128.xor(rotate(y3, 20), y2);
    // The sine branch's words hold angles; the lowest bits of the radius' words mirror the cosines.
    const v0 = f32x4.mul(f32x4.convert_i32x4_s(x1), constant(C_TWO_TO_MINUS_31)),
      v1 = f32x4.mul(f32x4.convert_i32x4_s(y1), constant(C_TWO_TO_MINUS_31));
    const z0 = f32x4.mul(v0, v0),
      z1 = f32x4.mul(v1, v1);
    const r0 = radius(x0),
      r1 = radius(y0);
    const s0 = f32x4.mul(r0, sine(v0, z0)),
      s1 = f32x4.mul(r1, sine(v1, z1));
    const c0 = v128.xor(i32x4.shl(x0, 31), f32x4.mul(r0, cosine(z0))),
      c1 = v128.xor(i32x4.shl(y0, 31), f32x4.mul(r1, cosine(z1)));
    const v2 = f32x4.mul(f32x4.convert_i32x4_s(x3), constant(C_TWO_TO_MINUS_31)),
      v3 = f32x4.mul(f32x4.convert_i32x4_s(y3), constant(C_TWO_TO_MINUS_31));
    const z2 = f32x4.mul(v2, v2),
      z3 = f32x4.mul(v3, v3);
    const r2 = radius(x2),
      r3 = radius(y2);
    const s2 = f32x4.mul(r2, sine(v2, z2)),
      s3 = f32x4.mul(r3, sine(v3, z3));
    const c2 = v128.xor(i32x4.shl(x2, 31), f32x4.mul(r2, cosine(z2))),
      c3 = v128.xor(i32x4.shl(y2, 31), f32x4.mul(r3, cosine(z3)));
    v128.store(out, c0);
    v128.store(out, c1, 16);
    v128.store(out, s0, 32);
    v128.store(out, s1, 48);
    v128.store(out, c2, 64);
    v128.store(out, c3, 80);
    v128.store(out, s2, 96);
    v128.store(out, s3, 112);
    out += 128;
  }
}

/** Standard normals of the columns from `column` on, to `out`; returns where that of `column` lies. */
export function columnNormals(out: usize, scratch: usize, key: usize, column: i32, columns: i32, reading: i32, stream: i32): usize {
  const first = column >>> 5;
  const groups = ((column + columns + 31) >>> 5) - first;
  schedule(scratch, key, reading, stream);
  normals(out, scratch, first, groups);
  return out + (<usize>(column & 31) << 2);
}
