/** The Threefry of src/draws/threefry.ts, eight counters at a time. */
import { C_LANES, CONSTANTS } from '../src/wasm/layout';

// @ts-ignore: decorator
@inline
function rotate(v: v128, bits: i32): v128 {
  return v128.or(i32x4.shl(v, bits), i32x4.shr_u(v, 32 - bits));
}

const PARITY: i32 = 0x1bd11bda;

/**
 * Writes what a draw's rounds take, 18 words: word 0 of the counter without the lanes' part; what the first two rounds
 * make of the other words, which all lanes share (x1, x1 rotated, x2, x3, x3 rotated); three injections. `key` holds
 * four words; c1 and c2 are the counter's words 1 and 2.
 */
export function schedule(out: usize, key: usize, c1: i32, c2: i32): void {
  const k0 = load<i32>(key),
    k1 = load<i32>(key, 4),
    k2 = load<i32>(key, 8),
    k3 = load<i32>(key, 12);
  const k4 = PARITY ^ k0 ^ k1 ^ k2 ^ k3;
  const x1 = c1 + k1;
  const x2 = c2 + k2 + k3;
  const x3 = rotl<i32>(k3, 26) ^ x2;
  store<i32>(out, k0);
  store<i32>(out, x1, 4);
  store<i32>(out, rotl<i32>(x1, 10), 8);
  store<i32>(out, x2, 12);
  store<i32>(out, x3, 16);
  store<i32>(out, rotl<i32>(x3, 11), 20);
  store<i32>(out, k1, 24);
  store<i32>(out, k2, 28);
  store<i32>(out, k3, 32);
  store<i32>(out, k4 + 1, 36);
  store<i32>(out, k2, 40);
  store<i32>(out, k3, 44);
  store<i32>(out, k4, 48);
  store<i32>(out, k0 + 2, 52);
  store<i32>(out, k3, 56);
  store<i32>(out, k4, 60);
  store<i32>(out, k0, 64);
  store<i32>(out, k1 + 3, 68);
}

/** Words of the group of 32 columns number `group`, 128 bytes, column by column. */
function oneGroup(out: usize, keys: usize, group: i32): void {
  const base = i32x4.splat((group << 3) + load<i32>(keys));
  const lower = v128.load(CONSTANTS + C_LANES),
    upper = v128.load(CONSTANTS + C_LANES, 16);
  let a0 = i32x4.add(v128.load32_splat(keys, 4), i32x4.add(base, lower));
  let b0 = i32x4.add(v128.load32_splat(keys, 4), i32x4.add(base, upper));
  let a1 = v128.xor(v128.load32_splat(keys, 8), a0); let b1 = v128.xor(v128.load32_splat(keys, 8), b0);
  a0 = i32x4.add(a0, v128.load32_splat(keys, 16)); b0 = i32x4.add(b0, v128.load32_splat(keys, 16));
  let a3 = v128.xor(v128.load32_splat(keys, 20), a0); let b3 = v128.xor(v128.load32_splat(keys, 20), b0);
  let a2 = i32x4.add(v128.load32_splat(keys, 12), a1); let b2 = i32x4.add(v128.load32_splat(keys, 12), b1);
  a1 = v128.xor(rotate(a1, 21), a2); b1 = v128.xor(rotate(b1, 21), b2);
  a0 = i32x4.add(a0, a1); b0 = i32x4.add(b0, b1);
  a2 = i32x4.add(a2, a3); b2 = i32x4.add(b2, b3);
  a1 = v128.xor(rotate(a1, 13), a0); b1 = v128.xor(rotate(b1, 13), b0);
  a3 = v128.xor(rotate(a3, 27), a2); b3 = v128.xor(rotate(b3, 27), b2);
  a0 = i32x4.add(a0, a3); b0 = i32x4.add(b0, b3);
  a2 = i32x4.add(a2, a1); b2 = i32x4.add(b2, b1);
  a3 = v128.xor(rotate(a3, 23), a0); b3 = v128.xor(rotate(b3, 23), b0);
  a1 = v128.xor(rotate(a1, 5), a2); b1 = v128.xor(rotate(b1, 5), b2);
  a0 = i32x4.add(a0, v128.load32_splat(keys, 24)); b0 = i32x4.add(b0, v128.load32_splat(keys, 24));
  a1 = i32x4.add(a1, v128.load32_splat(keys, 28)); b1 = i32x4.add(b1, v128.load32_splat(keys, 28));
  a2 = i32x4.add(a2, v128.load32_splat(keys, 32)); b2 = i32x4.add(b2, v128.load32_splat(keys, 32));
  a3 = i32x4.add(a3, v128.load32_splat(keys, 36)); b3 = i32x4.add(b3, v128.load32_splat(keys, 36));
  a0 = i32x4.add(a0, a1); b0 = i32x4.add(b0, b1);
  a2 = i32x4.add(a2, a3); b2 = i32x4.add(b2, b3);
  a1 = v128.xor(rotate(a1, 6), a0); b1 = v128.xor(rotate(b1, 6), b0);
  a3 = v128.xor(rotate(a3, 20), a2); b3 = v128.xor(rotate(b3, 20), b2);
  a0 = i32x4.add(a0, a3); b0 = i32x4.add(b0, b3);
  a2 = i32x4.add(a2, a1); b2 = i32x4.add(b2, b1);
  a3 = v128.xor(rotate(a3, 17), a0); b3 = v128.xor(rotate(b3, 17), b0);
  a1 = v128.xor(rotate(a1, 11), a2); b1 = v128.xor(rotate(b1, 11), b2);
  a0 = i32x4.add(a0, a1); b0 = i32x4.add(b0, b1);
  a2 = i32x4.add(a2, a3); b2 = i32x4.add(b2, b3);
  a1 = v128.xor(rotate(a1, 25), a0); b1 = v128.xor(rotate(b1, 25), b0);
  a3 = v128.xor(rotate(a3, 10), a2); b3 = v128.xor(rotate(b3, 10), b2);
  a0 = i32x4.add(a0, a3); b0 = i32x4.add(b0, b3);
  a2 = i32x4.add(a2, a1); b2 = i32x4.add(b2, b1);
  a3 = v128.xor(rotate(a3, 18), a0); b3 = v128.xor(rotate(b3, 18), b0);
  a1 = v128.xor(rotate(a1, 20), a2); b1 = v128.xor(rotate(b1, 20), b2);
  a0 = i32x4.add(a0, v128.load32_splat(keys, 40)); b0 = i32x4.add(b0, v128.load32_splat(keys, 40));
  a1 = i32x4.add(a1, v128.load32_splat(keys, 44)); b1 = i32x4.add(b1, v128.load32_splat(keys, 44));
  a2 = i32x4.add(a2, v128.load32_splat(keys, 48)); b2 = i32x4.add(b2, v128.load32_splat(keys, 48));
  a3 = i32x4.add(a3, v128.load32_splat(keys, 52)); b3 = i32x4.add(b3, v128.load32_splat(keys, 52));
  a0 = i32x4.add(a0, a1); b0 = i32x4.add(b0, b1);
  a2 = i32x4.add(a2, a3); b2 = i32x4.add(b2, b3);
  a1 = v128.xor(rotate(a1, 10), a0); b1 = v128.xor(rotate(b1, 10), b0);
  a3 = v128.xor(rotate(a3, 26), a2); b3 = v128.xor(rotate(b3, 26), b2);
  a0 = i32x4.add(a0, a3); b0 = i32x4.add(b0, b3);
  a2 = i32x4.add(a2, a1); b2 = i32x4.add(b2, b1);
  a3 = v128.xor(rotate(a3, 11), a0); b3 = v128.xor(rotate(b3, 11), b0);
  a1 = v128.xor(rotate(a1, 21), a2); b1 = v128.xor(rotate(b1, 21), b2);
  a0 = i32x4.add(a0, a1); b0 = i32x4.add(b0, b1);
  a2 = i32x4.add(a2, a3); b2 = i32x4.add(b2, b3);
  a1 = v128.xor(rotate(a1, 13), a0); b1 = v128.xor(rotate(b1, 13), b0);
  a3 = v128.xor(rotate(a3, 27), a2); b3 = v128.xor(rotate(b3, 27), b2);
  a0 = i32x4.add(a0, a3); b0 = i32x4.add(b0, b3);
  a2 = i32x4.add(a2, a1); b2 = i32x4.add(b2, b1);
  a3 = v128.xor(rotate(a3, 23), a0); b3 = v128.xor(rotate(b3, 23), b0);
  a1 = v128.xor(rotate(a1, 5), a2); b1 = v128.xor(rotate(b1, 5), b2);
  a0 = i32x4.add(a0, v128.load32_splat(keys, 56)); b0 = i32x4.add(b0, v128.load32_splat(keys, 56));
  a1 = i32x4.add(a1, v128.load32_splat(keys, 60)); b1 = i32x4.add(b1, v128.load32_splat(keys, 60));
  a2 = i32x4.add(a2, v128.load32_splat(keys, 64)); b2 = i32x4.add(b2, v128.load32_splat(keys, 64));
  a3 = i32x4.add(a3, v128.load32_splat(keys, 68)); b3 = i32x4.add(b3, v128.load32_splat(keys, 68));
  a0 = i32x4.add(a0, a1); b0 = i32x4.add(b0, b1);
  a2 = i32x4.add(a2, a3); b2 = i32x4.add(b2, b3);
  a1 = v128.xor(rotate(a1, 6), a0); b1 = v128.xor(rotate(b1, 6), b0);
  a3 = v128.xor(rotate(a3, 20), a2); b3 = v128.xor(rotate(b3, 20), b2);
  v128.store(out, a0); v128.store(out, b0, 16);
  v128.store(out, a1, 32); v128.store(out, b1, 48);
  v128.store(out, a2, 64); v128.store(out, b2, 80);
  v128.store(out, a3, 96); v128.store(out, b3, 112);
}

/** Two groups side by side: one alone waits for its own sums. */
function twoGroups(out: usize, keys: usize, group: i32): void {
  const base = i32x4.splat((group << 3) + load<i32>(keys)),
    next = i32x4.splat((group << 3) + load<i32>(keys) + 8);
  const lower = v128.load(CONSTANTS + C_LANES),
    upper = v128.load(CONSTANTS + C_LANES, 16);
  let a0 = i32x4.add(v128.load32_splat(keys, 4), i32x4.add(base, lower));
  let b0 = i32x4.add(v128.load32_splat(keys, 4), i32x4.add(base, upper));
  let c0 = i32x4.add(v128.load32_splat(keys, 4), i32x4.add(next, lower));
  let d0 = i32x4.add(v128.load32_splat(keys, 4), i32x4.add(next, upper));
  let a1 = v128.xor(v128.load32_splat(keys, 8), a0); let b1 = v128.xor(v128.load32_splat(keys, 8), b0);
  let c1 = v128.xor(v128.load32_splat(keys, 8), c0); let d1 = v128.xor(v128.load32_splat(keys, 8), d0);
  a0 = i32x4.add(a0, v128.load32_splat(keys, 16)); b0 = i32x4.add(b0, v128.load32_splat(keys, 16));
  c0 = i32x4.add(c0, v128.load32_splat(keys, 16)); d0 = i32x4.add(d0, v128.load32_splat(keys, 16));
  let a3 = v128.xor(v128.load32_splat(keys, 20), a0); let b3 = v128.xor(v128.load32_splat(keys, 20), b0);
  let c3 = v128.xor(v128.load32_splat(keys, 20), c0); let d3 = v128.xor(v128.load32_splat(keys, 20), d0);
  let a2 = i32x4.add(v128.load32_splat(keys, 12), a1); let b2 = i32x4.add(v128.load32_splat(keys, 12), b1);
  let c2 = i32x4.add(v128.load32_splat(keys, 12), c1); let d2 = i32x4.add(v128.load32_splat(keys, 12), d1);
  a1 = v128.xor(rotate(a1, 21), a2); b1 = v128.xor(rotate(b1, 21), b2);
  c1 = v128.xor(rotate(c1, 21), c2); d1 = v128.xor(rotate(d1, 21), d2);
  a0 = i32x4.add(a0, a1); b0 = i32x4.add(b0, b1);
  c0 = i32x4.add(c0, c1); d0 = i32x4.add(d0, d1);
  a2 = i32x4.add(a2, a3); b2 = i32x4.add(b2, b3);
  c2 = i32x4.add(c2, c3); d2 = i32x4.add(d2, d3);
  a1 = v128.xor(rotate(a1, 13), a0); b1 = v128.xor(rotate(b1, 13), b0);
  c1 = v128.xor(rotate(c1, 13), c0); d1 = v128.xor(rotate(d1, 13), d0);
  a3 = v128.xor(rotate(a3, 27), a2); b3 = v128.xor(rotate(b3, 27), b2);
  c3 = v128.xor(rotate(c3, 27), c2); d3 = v128.xor(rotate(d3, 27), d2);
  a0 = i32x4.add(a0, a3); b0 = i32x4.add(b0, b3);
  c0 = i32x4.add(c0, c3); d0 = i32x4.add(d0, d3);
  a2 = i32x4.add(a2, a1); b2 = i32x4.add(b2, b1);
  c2 = i32x4.add(c2, c1); d2 = i32x4.add(d2, d1);
  a3 = v128.xor(rotate(a3, 23), a0); b3 = v128.xor(rotate(b3, 23), b0);
  c3 = v128.xor(rotate(c3, 23), c0); d3 = v128.xor(rotate(d3, 23), d0);
  a1 = v128.xor(rotate(a1, 5), a2); b1 = v128.xor(rotate(b1, 5), b2);
  c1 = v128.xor(rotate(c1, 5), c2); d1 = v128.xor(rotate(d1, 5), d2);
  a0 = i32x4.add(a0, v128.load32_splat(keys, 24)); b0 = i32x4.add(b0, v128.load32_splat(keys, 24));
  c0 = i32x4.add(c0, v128.load32_splat(keys, 24)); d0 = i32x4.add(d0, v128.load32_splat(keys, 24));
  a1 = i32x4.add(a1, v128.load32_splat(keys, 28)); b1 = i32x4.add(b1, v128.load32_splat(keys, 28));
  c1 = i32x4.add(c1, v128.load32_splat(keys, 28)); d1 = i32x4.add(d1, v128.load32_splat(keys, 28));
  a2 = i32x4.add(a2, v128.load32_splat(keys, 32)); b2 = i32x4.add(b2, v128.load32_splat(keys, 32));
  c2 = i32x4.add(c2, v128.load32_splat(keys, 32)); d2 = i32x4.add(d2, v128.load32_splat(keys, 32));
  a3 = i32x4.add(a3, v128.load32_splat(keys, 36)); b3 = i32x4.add(b3, v128.load32_splat(keys, 36));
  c3 = i32x4.add(c3, v128.load32_splat(keys, 36)); d3 = i32x4.add(d3, v128.load32_splat(keys, 36));
  a0 = i32x4.add(a0, a1); b0 = i32x4.add(b0, b1);
  c0 = i32x4.add(c0, c1); d0 = i32x4.add(d0, d1);
  a2 = i32x4.add(a2, a3); b2 = i32x4.add(b2, b3);
  c2 = i32x4.add(c2, c3); d2 = i32x4.add(d2, d3);
  a1 = v128.xor(rotate(a1, 6), a0); b1 = v128.xor(rotate(b1, 6), b0);
  c1 = v128.xor(rotate(c1, 6), c0); d1 = v128.xor(rotate(d1, 6), d0);
  a3 = v128.xor(rotate(a3, 20), a2); b3 = v128.xor(rotate(b3, 20), b2);
  c3 = v128.xor(rotate(c3, 20), c2); d3 = v128.xor(rotate(d3, 20), d2);
  a0 = i32x4.add(a0, a3); b0 = i32x4.add(b0, b3);
  c0 = i32x4.add(c0, c3); d0 = i32x4.add(d0, d3);
  a2 = i32x4.add(a2, a1); b2 = i32x4.add(b2, b1);
  c2 = i32x4.add(c2, c1); d2 = i32x4.add(d2, d1);
  a3 = v128.xor(rotate(a3, 17), a0); b3 = v128.xor(rotate(b3, 17), b0);
  c3 = v128.xor(rotate(c3, 17), c0); d3 = v128.xor(rotate(d3, 17), d0);
  a1 = v128.xor(rotate(a1, 11), a2); b1 = v128.xor(rotate(b1, 11), b2);
  c1 = v128.xor(rotate(c1, 11), c2); d1 = v128.xor(rotate(d1, 11), d2);
  a0 = i32x4.add(a0, a1); b0 = i32x4.add(b0, b1);
  c0 = i32x4.add(c0, c1); d0 = i32x4.add(d0, d1);
  a2 = i32x4.add(a2, a3); b2 = i32x4.add(b2, b3);
  c2 = i32x4.add(c2, c3); d2 = i32x4.add(d2, d3);
  a1 = v128.xor(rotate(a1, 25), a0); b1 = v128.xor(rotate(b1, 25), b0);
  c1 = v128.xor(rotate(c1, 25), c0); d1 = v128.xor(rotate(d1, 25), d0);
  a3 = v128.xor(rotate(a3, 10), a2); b3 = v128.xor(rotate(b3, 10), b2);
  c3 = v128.xor(rotate(c3, 10), c2); d3 = v128.xor(rotate(d3, 10), d2);
  a0 = i32x4.add(a0, a3); b0 = i32x4.add(b0, b3);
  c0 = i32x4.add(c0, c3); d0 = i32x4.add(d0, d3);
  a2 = i32x4.add(a2, a1); b2 = i32x4.add(b2, b1);
  c2 = i32x4.add(c2, c1); d2 = i32x4.add(d2, d1);
  a3 = v128.xor(rotate(a3, 18), a0); b3 = v128.xor(rotate(b3, 18), b0);
  c3 = v128.xor(rotate(c3, 18), c0); d3 = v128.xor(rotate(d3, 18), d0);
  a1 = v128.xor(rotate(a1, 20), a2); b1 = v128.xor(rotate(b1, 20), b2);
  c1 = v128.xor(rotate(c1, 20), c2); d1 = v128.xor(rotate(d1, 20), d2);
  a0 = i32x4.add(a0, v128.load32_splat(keys, 40)); b0 = i32x4.add(b0, v128.load32_splat(keys, 40));
  c0 = i32x4.add(c0, v128.load32_splat(keys, 40)); d0 = i32x4.add(d0, v128.load32_splat(keys, 40));
  a1 = i32x4.add(a1, v128.load32_splat(keys, 44)); b1 = i32x4.add(b1, v128.load32_splat(keys, 44));
  c1 = i32x4.add(c1, v128.load32_splat(keys, 44)); d1 = i32x4.add(d1, v128.load32_splat(keys, 44));
  a2 = i32x4.add(a2, v128.load32_splat(keys, 48)); b2 = i32x4.add(b2, v128.load32_splat(keys, 48));
  c2 = i32x4.add(c2, v128.load32_splat(keys, 48)); d2 = i32x4.add(d2, v128.load32_splat(keys, 48));
  a3 = i32x4.add(a3, v128.load32_splat(keys, 52)); b3 = i32x4.add(b3, v128.load32_splat(keys, 52));
  c3 = i32x4.add(c3, v128.load32_splat(keys, 52)); d3 = i32x4.add(d3, v128.load32_splat(keys, 52));
  a0 = i32x4.add(a0, a1); b0 = i32x4.add(b0, b1);
  c0 = i32x4.add(c0, c1); d0 = i32x4.add(d0, d1);
  a2 = i32x4.add(a2, a3); b2 = i32x4.add(b2, b3);
  c2 = i32x4.add(c2, c3); d2 = i32x4.add(d2, d3);
  a1 = v128.xor(rotate(a1, 10), a0); b1 = v128.xor(rotate(b1, 10), b0);
  c1 = v128.xor(rotate(c1, 10), c0); d1 = v128.xor(rotate(d1, 10), d0);
  a3 = v128.xor(rotate(a3, 26), a2); b3 = v128.xor(rotate(b3, 26), b2);
  c3 = v128.xor(rotate(c3, 26), c2); d3 = v128.xor(rotate(d3, 26), d2);
  a0 = i32x4.add(a0, a3); b0 = i32x4.add(b0, b3);
  c0 = i32x4.add(c0, c3); d0 = i32x4.add(d0, d3);
  a2 = i32x4.add(a2, a1); b2 = i32x4.add(b2, b1);
  c2 = i32x4.add(c2, c1); d2 = i32x4.add(d2, d1);
  a3 = v128.xor(rotate(a3, 11), a0); b3 = v128.xor(rotate(b3, 11), b0);
  c3 = v128.xor(rotate(c3, 11), c0); d3 = v128.xor(rotate(d3, 11), d0);
  a1 = v128.xor(rotate(a1, 21), a2); b1 = v128.xor(rotate(b1, 21), b2);
  c1 = v128.xor(rotate(c1, 21), c2); d1 = v128.xor(rotate(d1, 21), d2);
  a0 = i32x4.add(a0, a1); b0 = i32x4.add(b0, b1);
  c0 = i32x4.add(c0, c1); d0 = i32x4.add(d0, d1);
  a2 = i32x4.add(a2, a3); b2 = i32x4.add(b2, b3);
  c2 = i32x4.add(c2, c3); d2 = i32x4.add(d2, d3);
  a1 = v128.xor(rotate(a1, 13), a0); b1 = v128.xor(rotate(b1, 13), b0);
  c1 = v128.xor(rotate(c1, 13), c0); d1 = v128.xor(rotate(d1, 13), d0);
  a3 = v128.xor(rotate(a3, 27), a2); b3 = v128.xor(rotate(b3, 27), b2);
  c3 = v128.xor(rotate(c3, 27), c2); d3 = v128.xor(rotate(d3, 27), d2);
  a0 = i32x4.add(a0, a3); b0 = i32x4.add(b0, b3);
  c0 = i32x4.add(c0, c3); d0 = i32x4.add(d0, d3);
  a2 = i32x4.add(a2, a1); b2 = i32x4.add(b2, b1);
  c2 = i32x4.add(c2, c1); d2 = i32x4.add(d2, d1);
  a3 = v128.xor(rotate(a3, 23), a0); b3 = v128.xor(rotate(b3, 23), b0);
  c3 = v128.xor(rotate(c3, 23), c0); d3 = v128.xor(rotate(d3, 23), d0);
  a1 = v128.xor(rotate(a1, 5), a2); b1 = v128.xor(rotate(b1, 5), b2);
  c1 = v128.xor(rotate(c1, 5), c2); d1 = v128.xor(rotate(d1, 5), d2);
  a0 = i32x4.add(a0, v128.load32_splat(keys, 56)); b0 = i32x4.add(b0, v128.load32_splat(keys, 56));
  c0 = i32x4.add(c0, v128.load32_splat(keys, 56)); d0 = i32x4.add(d0, v128.load32_splat(keys, 56));
  a1 = i32x4.add(a1, v128.load32_splat(keys, 60)); b1 = i32x4.add(b1, v128.load32_splat(keys, 60));
  c1 = i32x4.add(c1, v128.load32_splat(keys, 60)); d1 = i32x4.add(d1, v128.load32_splat(keys, 60));
  a2 = i32x4.add(a2, v128.load32_splat(keys, 64)); b2 = i32x4.add(b2, v128.load32_splat(keys, 64));
  c2 = i32x4.add(c2, v128.load32_splat(keys, 64)); d2 = i32x4.add(d2, v128.load32_splat(keys, 64));
  a3 = i32x4.add(a3, v128.load32_splat(keys, 68)); b3 = i32x4.add(b3, v128.load32_splat(keys, 68));
  c3 = i32x4.add(c3, v128.load32_splat(keys, 68)); d3 = i32x4.add(d3, v128.load32_splat(keys, 68));
  a0 = i32x4.add(a0, a1); b0 = i32x4.add(b0, b1);
  c0 = i32x4.add(c0, c1); d0 = i32x4.add(d0, d1);
  a2 = i32x4.add(a2, a3); b2 = i32x4.add(b2, b3);
  c2 = i32x4.add(c2, c3); d2 = i32x4.add(d2, d3);
  a1 = v128.xor(rotate(a1, 6), a0); b1 = v128.xor(rotate(b1, 6), b0);
  c1 = v128.xor(rotate(c1, 6), c0); d1 = v128.xor(rotate(d1, 6), d0);
  a3 = v128.xor(rotate(a3, 20), a2); b3 = v128.xor(rotate(b3, 20), b2);
  c3 = v128.xor(rotate(c3, 20), c2); d3 = v128.xor(rotate(d3, 20), d2);
  v128.store(out, a0); v128.store(out, b0, 16);
  v128.store(out, a1, 32); v128.store(out, b1, 48);
  v128.store(out, a2, 64); v128.store(out, b2, 80);
  v128.store(out, a3, 96); v128.store(out, b3, 112);
  v128.store(out, c0, 128); v128.store(out, d0, 144);
  v128.store(out, c1, 160); v128.store(out, d1, 176);
  v128.store(out, c2, 192); v128.store(out, d2, 208);
  v128.store(out, c3, 224); v128.store(out, d3, 240);
}

/** Words of `groups` groups of 32 columns from group number `group` on, 128 bytes each, column by column. */
export function words(out: usize, keys: usize, group: i32, groups: i32): void {
  for (const end = group + (groups & ~1); group < end; group += 2, out += 256) twoGroups(out, keys, group);
  if (groups & 1) oneGroup(out, keys, group);
}
