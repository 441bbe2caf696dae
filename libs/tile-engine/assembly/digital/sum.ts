import { DIGITAL_SCRATCH } from '../../src/wasm/layout';

/**
 * What a call puts down for itself: sixteen partial sums, then from 64, 128 and 160 on the last values of rows, filled
 * up with zeros. One place per instance: two threads over one memory have two.
 */
let scratch: usize = DIGITAL_SCRATCH;

/** Moves the scratch of this instance; 192 bytes. */
export function useScratch(address: usize): void {
  scratch = address;
}

/** The sums; `tail` and the activations have places of their own after them. */
// @ts-ignore: decorator
@inline
export function sums(): usize {
  return scratch;
}

/** Copies the `count` < 16 values at `from` behind the sums, zeros after them; returns where. */
function padTail(from: usize, count: i32): usize {
  const tail = scratch + 64;
  memory.fill(tail, 0, 64);
  memory.copy(tail, from, (<usize>count) << 2);
  return tail;
}

/** The sixteen sums folded in halves: lane i + lane i + 8, then + 4, + 2, + 1. */
export function fold(): f32 {
  const at = scratch;
  const a = f32x4.add(v128.load(at), v128.load(at, 32));
  const b = f32x4.add(v128.load(at, 16), v128.load(at, 48));
  const c = f32x4.add(a, b);
  return (
    f32x4.extract_lane(c, 0) + f32x4.extract_lane(c, 2) + (f32x4.extract_lane(c, 1) + f32x4.extract_lane(c, 3))
  );
}

/** Puts the sums down side by side: where 256-bit code starts from. */
// @ts-ignore: decorator
@inline
export function keep(s0: v128, s1: v128, s2: v128, s3: v128): void {
  const at = scratch;
  v128.store(at, s0);
  v128.store(at, s1, 16);
  v128.store(at, s2, 32);
  v128.store(at, s3, 48);
}

/** Σ x: value i goes to lane i mod 16, lanes are folded in halves. */
export function sum(x: usize, length: i32): f32 {
  let s0 = f32x4.splat(0);
  let s1 = f32x4.splat(0);
  let s2 = f32x4.splat(0);
  let s3 = f32x4.splat(0);
  const whole = x + (<usize>(length & ~15) << 2);
  while (x < whole) {
    s0 = f32x4.add(s0, v128.load(x));
    s1 = f32x4.add(s1, v128.load(x, 16));
    s2 = f32x4.add(s2, v128.load(x, 32));
    s3 = f32x4.add(s3, v128.load(x, 48));
    x += 64;
  }
  keep(s0, s1, s2, s3);
  if (length & 15) {
    const tail = padTail(x, length & 15);
    const at = scratch;
    for (let i: usize = 0; i < 64; i += 16)
      v128.store(at + i, f32x4.add(v128.load(at + i), v128.load(tail + i)));
  }
  return fold();
}

/** Σ x², in the order of `sum`. */
export function sumOfSquares(x: usize, length: i32): f32 {
  let s0 = f32x4.splat(0);
  let s1 = f32x4.splat(0);
  let s2 = f32x4.splat(0);
  let s3 = f32x4.splat(0);
  const whole = x + (<usize>(length & ~15) << 2);
  while (x < whole) {
    const x0 = v128.load(x);
    const x1 = v128.load(x, 16);
    const x2 = v128.load(x, 32);
    const x3 = v128.load(x, 48);
    s0 = f32x4.add(s0, f32x4.mul(x0, x0));
    s1 = f32x4.add(s1, f32x4.mul(x1, x1));
    s2 = f32x4.add(s2, f32x4.mul(x2, x2));
    s3 = f32x4.add(s3, f32x4.mul(x3, x3));
    x += 64;
  }
  keep(s0, s1, s2, s3);
  if (length & 15) {
    const tail = padTail(x, length & 15);
    const at = scratch;
    for (let i: usize = 0; i < 64; i += 16) {
      const t = v128.load(tail + i);
      v128.store(at + i, f32x4.add(v128.load(at + i), f32x4.mul(t, t)));
    }
  }
  return fold();
}
