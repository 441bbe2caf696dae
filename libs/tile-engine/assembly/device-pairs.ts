/**
 * Programming differential pairs in bulk: the operations of libs/devices/src/electronic/basic/device-pairs.ts, which is
 * the reference, in its order and in f64, two cells at a time.
 */
import { philoxWords } from './philox';
import { cosKernel, lnShifted, sinKernel } from './wide-math';

const ANGLE: f64 = 1.5707963267948966 / 1073741824;
const LN10: f64 = 2.302585092994046;

/**
 * Two normals for each of the cells (input … input + count − 1, column), as `gaussianPair` makes of their words: 32
 * bytes for two cells, their first and then their second normals. `count` is a multiple of 4; `out` also holds the
 * words on the way.
 */
export function pairNormals(
  out: usize,
  word0: i32,
  word1: i32,
  input: i32,
  count: i32,
  column: i32,
  low: i32,
  high: i32,
): void {
  // Words take half the room of the normals: in the upper half each is read before a normal is written over it.
  let from = out + (<usize>count << 3);
  philoxWords(from, word0, word1, input, count, column, low, high);
  for (const end = from + (<usize>count << 3); from < end; from += 32, out += 64) {
    const radii = v128.load(from),
      angles = v128.load(from, 16);
    twoPairs(out, radii, angles);
    twoPairs(out + 32, v128.shuffle<i32>(radii, radii, 2, 3, 2, 3), v128.shuffle<i32>(angles, angles, 2, 3, 2, 3));
  }
}

// @ts-ignore: decorator
@inline
function twoPairs(out: usize, radii: v128, angles: v128): void {
  const u = f64x2.add(f64x2.convert_low_i32x4_u(radii), f64x2.splat(0.5));
  const r = f64x2.sqrt(f64x2.mul(f64x2.splat(-2), lnShifted(u, -32)));
  const turn = i32x4.sub(v128.and(angles, i32x4.splat(0x3fff_ffff)), i32x4.splat(0x2000_0000));
  const phi = f64x2.mul(f64x2.add(f64x2.convert_low_i32x4_s(turn), f64x2.splat(0.5)), f64x2.splat(ANGLE));
  const c = f64x2.mul(r, cosKernel(phi));
  const s = f64x2.mul(r, sinKernel(phi));
  // An odd quadrant swaps them and turns the first; the upper two turn both.
  const quadrant = i64x2.shl(i64x2.extend_low_i32x4_u(angles), 32);
  const upper = v128.and(quadrant, i64x2.splat(0x8000000000000000));
  const odd = i64x2.shr_s(i64x2.shl(quadrant, 1), 63);
  const sign = v128.xor(upper, v128.and(odd, i64x2.splat(0x8000000000000000)));
  v128.store(out, v128.xor(v128.bitselect(s, c, odd), sign));
  v128.store(out, v128.xor(v128.bitselect(c, s, odd), upper), 16);
}

/** A device around its target: σ_prog by Horner's rule over `count` coefficients, within 0 … g_max. */
// @ts-ignore: decorator
@inline
function programmed(target: v128, error: v128, most: v128, coefficients: usize, count: i32): v128 {
  const r = f64x2.div(target, most);
  let sigma = f64x2.splat(0);
  for (let i = coefficients + (<usize>(count - 1) << 3); i >= coefficients; i -= 8)
    sigma = f64x2.add(f64x2.mul(sigma, r), v128.load64_splat(i));
  const zero = f64x2.splat(0);
  const g = f64x2.add(target, f64x2.mul(f64x2.pmax(zero, sigma), error));
  return f64x2.pmax(zero, f64x2.pmin(most, g));
}

/**
 * A column of a tile: devices to `plus` and `minus`, S, effective weights to `effective`, and what the pairs conduct
 * on top of `rows`. `count` cells, an even number, of which `normals` has the errors as `pairNormals` leaves them.
 */
export function programPairs(
  weights: usize,
  effective: usize,
  plus: usize,
  minus: usize,
  rows: usize,
  count: i32,
  normals: usize,
  largest: f64,
  least: f64,
  greatest: f64,
  coefficients: usize,
  coefficientCount: i32,
): void {
  const range = greatest - least;
  const unit = f64x2.splat(largest / range),
    most = f64x2.splat(greatest),
    low = f64x2.splat(least),
    zero = f64x2.splat(0);
  for (const end = weights + (<usize>count << 2); weights < end; weights += 8) {
    const wide = f64x2.promote_low_f32x4(v128.load64_zero(weights));
    const share = f64x2.mul(f64x2.div(wide, f64x2.splat(largest)), f64x2.splat(range));
    const up = f64x2.add(low, f64x2.pmax(zero, share)),
      down = f64x2.add(low, f64x2.pmax(zero, f64x2.neg(share)));
    const p = programmed(up, v128.load(normals), most, coefficients, coefficientCount),
      q = programmed(down, v128.load(normals, 16), most, coefficients, coefficientCount);
    v128.store(plus, p);
    v128.store(minus, q);
    v128.store64_lane(effective, f32x4.demote_f64x2_zero(f64x2.mul(f64x2.sub(p, q), unit)), 0);
    v128.store(rows, f64x2.add(v128.load(rows), f64x2.add(p, q)));
    effective += 8;
    plus += 16;
    minus += 16;
    rows += 16;
    normals += 32;
  }
}

/** σ_read of two devices by the logarithm of their conductance: 0 up to 1 µS. */
// @ts-ignore: decorator
@inline
function logarithmic(g: v128, coefficient: f64, spectrum: f64): v128 {
  const law = f64x2.mul(f64x2.splat(coefficient), lnShifted(f64x2.mul(g, f64x2.splat(1e6)), 0));
  const sigma = f64x2.mul(f64x2.mul(f64x2.div(law, f64x2.splat(LN10)), f64x2.splat(1e-6)), f64x2.splat(spectrum));
  return v128.and(sigma, f64x2.gt(g, f64x2.splat(1e-6)));
}

/** Σ of σ_read² over `count` pairs, in their order. */
export function pairVariance(plus: usize, minus: usize, count: i32, coefficient: f64, spectrum: f64): f64 {
  let sum: f64 = 0;
  for (let i = 0; i < count; i += 2, plus += 16, minus += 16) {
    const p = logarithmic(v128.load(plus), coefficient, spectrum),
      q = logarithmic(v128.load(minus), coefficient, spectrum);
    const both = f64x2.add(f64x2.mul(p, p), f64x2.mul(q, q));
    sum += f64x2.extract_lane(both, 0);
    if (i + 1 < count) sum += f64x2.extract_lane(both, 1);
  }
  return sum;
}
