/** The Gaussian of src/draws, 32 columns at a time. */
import {
  C_COS,
  C_HALF,
  C_LN,
  C_LN2,
  C_MINUS_TWO,
  C_ONE,
  C_SIN,
  C_SQRT_HALF_BITS,
  C_STEP,
  C_THIRTY_ONE,
  C_TWO_TO_MINUS_31,
  C_ZERO,
  CONSTANTS,
} from '../src/wasm/layout';
import { schedule, words } from './threefry';

/** The lower and the upper lanes of a constant. */
// @ts-ignore: decorator
@inline
function lower(offset: i32): v128 {
  return v128.load(CONSTANTS + offset);
}

// @ts-ignore: decorator
@inline
function upper(offset: i32): v128 {
  return v128.load(CONSTANTS + offset, 16);
}

/**
 * Words to standard normals in place, src/draws/normal.ts, `groups` times 32 columns: eight words of radii and eight of
 * angles become the cosines' and the sines' normals, and these again. The two run side by side, as each alone waits for
 * its own results, and every statement stands for lower and upper lanes next to each other, which 256-bit code joins:
 * it takes a constant's halves for one only where the lower is loaded first and no word between them, so words are
 * loaded a step ahead.
 */
export function gaussians(at: usize, groups: i32): void {
  let word0 = v128.load(at),
    word1 = v128.load(at, 16),
    angle0 = v128.load(at, 32),
    angle1 = v128.load(at, 48),
    word2 = v128.load(at, 64),
    word3 = v128.load(at, 80),
    angle2 = v128.load(at, 96),
    angle3 = v128.load(at, 112);
  for (let end = at + (<usize>groups << 7); at < end; at += 128) {
    // √(−2 ln u)
    const f0 = f32x4.add(f32x4.convert_i32x4_s(i32x4.shr_u(word0, 1)), lower(C_HALF)),
      f1 = f32x4.add(f32x4.convert_i32x4_s(i32x4.shr_u(word1, 1)), upper(C_HALF)),
      f2 = f32x4.add(f32x4.convert_i32x4_s(i32x4.shr_u(word2, 1)), lower(C_HALF)),
      f3 = f32x4.add(f32x4.convert_i32x4_s(i32x4.shr_u(word3, 1)), upper(C_HALF));
    const e0 = i32x4.shr_s(i32x4.sub(f0, lower(C_SQRT_HALF_BITS)), 23),
      e1 = i32x4.shr_s(i32x4.sub(f1, upper(C_SQRT_HALF_BITS)), 23),
      e2 = i32x4.shr_s(i32x4.sub(f2, lower(C_SQRT_HALF_BITS)), 23),
      e3 = i32x4.shr_s(i32x4.sub(f3, upper(C_SQRT_HALF_BITS)), 23);
    const y0 = f32x4.sub(i32x4.sub(f0, i32x4.shl(e0, 23)), lower(C_ONE)),
      y1 = f32x4.sub(i32x4.sub(f1, i32x4.shl(e1, 23)), upper(C_ONE)),
      y2 = f32x4.sub(i32x4.sub(f2, i32x4.shl(e2, 23)), lower(C_ONE)),
      y3 = f32x4.sub(i32x4.sub(f3, i32x4.shl(e3, 23)), upper(C_ONE));
    const s0 = f32x4.mul(y0, y0),
      s1 = f32x4.mul(y1, y1),
      s2 = f32x4.mul(y2, y2),
      s3 = f32x4.mul(y3, y3);
    const whole0 = f32x4.mul(f32x4.sub(f32x4.convert_i32x4_s(e0), lower(C_THIRTY_ONE)), lower(C_LN2)),
      whole1 = f32x4.mul(f32x4.sub(f32x4.convert_i32x4_s(e1), upper(C_THIRTY_ONE)), upper(C_LN2)),
      whole2 = f32x4.mul(f32x4.sub(f32x4.convert_i32x4_s(e2), lower(C_THIRTY_ONE)), lower(C_LN2)),
      whole3 = f32x4.mul(f32x4.sub(f32x4.convert_i32x4_s(e3), upper(C_THIRTY_ONE)), upper(C_LN2));
    const p0 = f32x4.add(lower(C_LN), f32x4.mul(lower(C_LN + C_STEP), y0)),
      p1 = f32x4.add(upper(C_LN), f32x4.mul(upper(C_LN + C_STEP), y1)),
      p2 = f32x4.add(lower(C_LN), f32x4.mul(lower(C_LN + C_STEP), y2)),
      p3 = f32x4.add(upper(C_LN), f32x4.mul(upper(C_LN + C_STEP), y3));
    const q0 = f32x4.add(lower(C_LN + 2 * C_STEP), f32x4.mul(lower(C_LN + 3 * C_STEP), y0)),
      q1 = f32x4.add(upper(C_LN + 2 * C_STEP), f32x4.mul(upper(C_LN + 3 * C_STEP), y1)),
      q2 = f32x4.add(lower(C_LN + 2 * C_STEP), f32x4.mul(lower(C_LN + 3 * C_STEP), y2)),
      q3 = f32x4.add(upper(C_LN + 2 * C_STEP), f32x4.mul(upper(C_LN + 3 * C_STEP), y3));
    const r0 = f32x4.add(lower(C_LN + 4 * C_STEP), f32x4.mul(lower(C_LN + 5 * C_STEP), y0)),
      r1 = f32x4.add(upper(C_LN + 4 * C_STEP), f32x4.mul(upper(C_LN + 5 * C_STEP), y1)),
      r2 = f32x4.add(lower(C_LN + 4 * C_STEP), f32x4.mul(lower(C_LN + 5 * C_STEP), y2)),
      r3 = f32x4.add(upper(C_LN + 4 * C_STEP), f32x4.mul(upper(C_LN + 5 * C_STEP), y3));
    const pq0 = f32x4.add(p0, f32x4.mul(q0, s0)),
      pq1 = f32x4.add(p1, f32x4.mul(q1, s1)),
      pq2 = f32x4.add(p2, f32x4.mul(q2, s2)),
      pq3 = f32x4.add(p3, f32x4.mul(q3, s3));
    const rest0 = f32x4.add(r0, f32x4.mul(lower(C_LN + 6 * C_STEP), s0)),
      rest1 = f32x4.add(r1, f32x4.mul(upper(C_LN + 6 * C_STEP), s1)),
      rest2 = f32x4.add(r2, f32x4.mul(lower(C_LN + 6 * C_STEP), s2)),
      rest3 = f32x4.add(r3, f32x4.mul(upper(C_LN + 6 * C_STEP), s3));
    const series0 = f32x4.add(pq0, f32x4.mul(rest0, f32x4.mul(s0, s0))),
      series1 = f32x4.add(pq1, f32x4.mul(rest1, f32x4.mul(s1, s1))),
      series2 = f32x4.add(pq2, f32x4.mul(rest2, f32x4.mul(s2, s2))),
      series3 = f32x4.add(pq3, f32x4.mul(rest3, f32x4.mul(s3, s3)));
    const ln0 = f32x4.add(f32x4.add(y0, f32x4.mul(s0, series0)), whole0),
      ln1 = f32x4.add(f32x4.add(y1, f32x4.mul(s1, series1)), whole1),
      ln2 = f32x4.add(f32x4.add(y2, f32x4.mul(s2, series2)), whole2),
      ln3 = f32x4.add(f32x4.add(y3, f32x4.mul(s3, series3)), whole3);
    const radius0 = f32x4.sqrt(f32x4.pmax(lower(C_ZERO), f32x4.mul(ln0, lower(C_MINUS_TWO)))),
      radius1 = f32x4.sqrt(f32x4.pmax(upper(C_ZERO), f32x4.mul(ln1, upper(C_MINUS_TWO)))),
      radius2 = f32x4.sqrt(f32x4.pmax(lower(C_ZERO), f32x4.mul(ln2, lower(C_MINUS_TWO)))),
      radius3 = f32x4.sqrt(f32x4.pmax(upper(C_ZERO), f32x4.mul(ln3, upper(C_MINUS_TWO))));
    // sin(πv/2) and cos(πv/2)
    const v0 = f32x4.mul(f32x4.convert_i32x4_s(angle0), lower(C_TWO_TO_MINUS_31)),
      v1 = f32x4.mul(f32x4.convert_i32x4_s(angle1), upper(C_TWO_TO_MINUS_31)),
      v2 = f32x4.mul(f32x4.convert_i32x4_s(angle2), lower(C_TWO_TO_MINUS_31)),
      v3 = f32x4.mul(f32x4.convert_i32x4_s(angle3), upper(C_TWO_TO_MINUS_31));
    const z0 = f32x4.mul(v0, v0),
      z1 = f32x4.mul(v1, v1),
      z2 = f32x4.mul(v2, v2),
      z3 = f32x4.mul(v3, v3);
    const zz0 = f32x4.mul(z0, z0),
      zz1 = f32x4.mul(z1, z1),
      zz2 = f32x4.mul(z2, z2),
      zz3 = f32x4.mul(z3, z3);
    const a0 = f32x4.add(lower(C_SIN), f32x4.mul(lower(C_SIN + C_STEP), z0)),
      a1 = f32x4.add(upper(C_SIN), f32x4.mul(upper(C_SIN + C_STEP), z1)),
      a2 = f32x4.add(lower(C_SIN), f32x4.mul(lower(C_SIN + C_STEP), z2)),
      a3 = f32x4.add(upper(C_SIN), f32x4.mul(upper(C_SIN + C_STEP), z3));
    const b0 = f32x4.add(lower(C_SIN + 2 * C_STEP), f32x4.mul(lower(C_SIN + 3 * C_STEP), z0)),
      b1 = f32x4.add(upper(C_SIN + 2 * C_STEP), f32x4.mul(upper(C_SIN + 3 * C_STEP), z1)),
      b2 = f32x4.add(lower(C_SIN + 2 * C_STEP), f32x4.mul(lower(C_SIN + 3 * C_STEP), z2)),
      b3 = f32x4.add(upper(C_SIN + 2 * C_STEP), f32x4.mul(upper(C_SIN + 3 * C_STEP), z3));
    const c0 = f32x4.add(lower(C_COS), f32x4.mul(lower(C_COS + C_STEP), z0)),
      c1 = f32x4.add(upper(C_COS), f32x4.mul(upper(C_COS + C_STEP), z1)),
      c2 = f32x4.add(lower(C_COS), f32x4.mul(lower(C_COS + C_STEP), z2)),
      c3 = f32x4.add(upper(C_COS), f32x4.mul(upper(C_COS + C_STEP), z3));
    const d0 = f32x4.add(lower(C_COS + 2 * C_STEP), f32x4.mul(lower(C_COS + 3 * C_STEP), z0)),
      d1 = f32x4.add(upper(C_COS + 2 * C_STEP), f32x4.mul(upper(C_COS + 3 * C_STEP), z1)),
      d2 = f32x4.add(lower(C_COS + 2 * C_STEP), f32x4.mul(lower(C_COS + 3 * C_STEP), z2)),
      d3 = f32x4.add(upper(C_COS + 2 * C_STEP), f32x4.mul(upper(C_COS + 3 * C_STEP), z3));
    const last0 = f32x4.mul(lower(C_COS + 4 * C_STEP), f32x4.mul(zz0, zz0)),
      last1 = f32x4.mul(upper(C_COS + 4 * C_STEP), f32x4.mul(zz1, zz1)),
      last2 = f32x4.mul(lower(C_COS + 4 * C_STEP), f32x4.mul(zz2, zz2)),
      last3 = f32x4.mul(upper(C_COS + 4 * C_STEP), f32x4.mul(zz3, zz3));
    const sine0 = f32x4.mul(f32x4.add(a0, f32x4.mul(b0, zz0)), v0),
      sine1 = f32x4.mul(f32x4.add(a1, f32x4.mul(b1, zz1)), v1),
      sine2 = f32x4.mul(f32x4.add(a2, f32x4.mul(b2, zz2)), v2),
      sine3 = f32x4.mul(f32x4.add(a3, f32x4.mul(b3, zz3)), v3);
    const cosine0 = f32x4.add(f32x4.add(c0, f32x4.mul(d0, zz0)), last0),
      cosine1 = f32x4.add(f32x4.add(c1, f32x4.mul(d1, zz1)), last1),
      cosine2 = f32x4.add(f32x4.add(c2, f32x4.mul(d2, zz2)), last2),
      cosine3 = f32x4.add(f32x4.add(c3, f32x4.mul(d3, zz3)), last3);
    // The lowest bit of the radius' word mirrors the cosine.
    const x0 = v128.xor(i32x4.shl(word0, 31), f32x4.mul(radius0, cosine0)),
      x1 = v128.xor(i32x4.shl(word1, 31), f32x4.mul(radius1, cosine1)),
      x2 = v128.xor(i32x4.shl(word2, 31), f32x4.mul(radius2, cosine2)),
      x3 = v128.xor(i32x4.shl(word3, 31), f32x4.mul(radius3, cosine3));
    const w0 = f32x4.mul(radius0, sine0),
      w1 = f32x4.mul(radius1, sine1),
      w2 = f32x4.mul(radius2, sine2),
      w3 = f32x4.mul(radius3, sine3);
    // Upper lanes first: their loads then stand behind those of the lower ones.
    v128.store(at, x1, 16);
    v128.store(at, x0);
    v128.store(at, w1, 48);
    v128.store(at, w0, 32);
    v128.store(at, x3, 80);
    v128.store(at, x2, 64);
    v128.store(at, w3, 112);
    v128.store(at, w2, 96);
    word0 = v128.load(at, 128);
    word1 = v128.load(at, 144);
    angle0 = v128.load(at, 160);
    angle1 = v128.load(at, 176);
    word2 = v128.load(at, 192);
    word3 = v128.load(at, 208);
    angle2 = v128.load(at, 224);
    angle3 = v128.load(at, 240);
  }
}

/** Standard normals of `groups` groups of 32 columns from group number `group` on. */
export function normals(out: usize, keys: usize, group: i32, groups: i32): void {
  words(out, keys, group, groups);
  gaussians(out, groups);
}

/** Standard normals of the columns from `column` on, to `out`; returns where that of `column` lies. */
export function columnNormals(out: usize, scratch: usize, key: usize, column: i32, columns: i32, reading: i32, stream: i32): usize {
  const first = column >>> 5;
  const groups = ((column + columns + 31) >>> 5) - first;
  schedule(scratch, key, reading, stream);
  normals(out, scratch, first, groups);
  return out + (<usize>(column & 31) << 2);
}
