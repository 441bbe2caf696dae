/** Philox-4x32-10 of libs/contracts, four counters at a time. */
const M0: i32 = 0xd2511f53;
const M1: i32 = 0xcd9e8d57;
const W0: i32 = 0x9e3779b9;
const W1: i32 = 0xbb67ae85;

/** Low and high words of the products of four u32 and another number, of which `low` and `high` are two each. */
// @ts-ignore: decorator
@inline
function lowWords(low: v128, high: v128): v128 {
  return v128.shuffle<i32>(low, high, 0, 2, 4, 6);
}

// @ts-ignore: decorator
@inline
function highWords(low: v128, high: v128): v128 {
  return v128.shuffle<i32>(low, high, 1, 3, 5, 7);
}

/**
 * Words 0 and 1 of the counters (word0, word1, input … input + count − 1, column) under the key (low, high): 32 bytes
 * for four counters, their words 0 and then their words 1. `count` is a multiple of 4.
 */
export function philoxWords(
  out: usize,
  word0: i32,
  word1: i32,
  input: i32,
  count: i32,
  column: i32,
  low: i32,
  high: i32,
): void {
  const m0 = i32x4.splat(M0),
    m1 = i32x4.splat(M1);
  let inputs = i32x4.add(i32x4.splat(input), i32x4(0, 1, 2, 3));
  for (const end = out + (<usize>count << 3); out < end; out += 32) {
    let x0 = i32x4.splat(word0),
      x1 = i32x4.splat(word1),
      x2 = inputs,
      x3 = i32x4.splat(column),
      key0 = low,
      key1 = high;
    for (let round = 0; round < 10; round++) {
      const a0 = i64x2.extmul_low_i32x4_u(x0, m0),
        a1 = i64x2.extmul_high_i32x4_u(x0, m0),
        b0 = i64x2.extmul_low_i32x4_u(x2, m1),
        b1 = i64x2.extmul_high_i32x4_u(x2, m1);
      x0 = v128.xor(v128.xor(highWords(b0, b1), x1), i32x4.splat(key0));
      x2 = v128.xor(v128.xor(highWords(a0, a1), x3), i32x4.splat(key1));
      x1 = lowWords(b0, b1);
      x3 = lowWords(a0, a1);
      key0 += W0;
      key1 += W1;
    }
    v128.store(out, x0);
    v128.store(out, x1, 16);
    inputs = i32x4.add(inputs, i32x4.splat(4));
  }
}
