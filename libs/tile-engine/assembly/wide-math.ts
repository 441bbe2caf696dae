/** src/math.ts, operation by operation, two f64 at a time. */
const LN2_HIGH: f64 = 6.9314718036912381649e-1;
const LN2_LOW: f64 = 1.90821492927058770002e-10;
const SQRT2: f64 = 1.4142135623730951;

// @ts-ignore: decorator
@inline
function plusTimes(a: f64, x: v128, b: v128): v128 {
  return f64x2.add(f64x2.splat(a), f64x2.mul(x, b));
}

/** Natural logarithm of v·2^shift for normal v > 0. */
// @ts-ignore: decorator
@inline
export function lnShifted(v: v128, shift: i32): v128 {
  const exponents = i64x2.shr_u(v, 52);
  let m = v128.or(v128.and(v, i64x2.splat(0x000fffffffffffff)), i64x2.splat(0x3ff0000000000000));
  let e = f64x2.convert_low_i32x4_s(
    i32x4.add(v128.shuffle<i32>(exponents, exponents, 0, 2, 0, 2), i32x4.splat(shift - 1023)),
  );
  const beyond = f64x2.gt(m, f64x2.splat(SQRT2));
  m = v128.bitselect(f64x2.mul(m, f64x2.splat(0.5)), m, beyond);
  e = f64x2.add(e, v128.and(beyond, f64x2.splat(1)));
  const f = f64x2.sub(m, f64x2.splat(1));
  const s = f64x2.div(f, f64x2.add(f64x2.splat(2), f));
  const z = f64x2.mul(s, s);
  const w = f64x2.mul(z, z);
  const odd = f64x2.mul(
    w,
    plusTimes(0.3999999999940941908, w, plusTimes(0.2222219843214978396, w, f64x2.splat(0.1531383769920937332))),
  );
  const even = f64x2.mul(
    z,
    plusTimes(
      0.666666666666673513,
      w,
      plusTimes(
        0.2857142874366239149,
        w,
        plusTimes(0.1818357216161805012, w, f64x2.splat(0.1479819860511658591)),
      ),
    ),
  );
  const half = f64x2.mul(f64x2.mul(f64x2.splat(0.5), f), f);
  const rest = f64x2.add(
    f64x2.mul(s, f64x2.add(f64x2.add(half, odd), even)),
    f64x2.mul(e, f64x2.splat(LN2_LOW)),
  );
  return f64x2.sub(f64x2.mul(e, f64x2.splat(LN2_HIGH)), f64x2.sub(f64x2.sub(half, rest), f));
}

/** Sine for |x| ≤ π/4. */
// @ts-ignore: decorator
@inline
export function sinKernel(x: v128): v128 {
  const z = f64x2.mul(x, x);
  const r = plusTimes(
    8.33333333332248946124e-3,
    z,
    plusTimes(
      -1.98412698298579493134e-4,
      z,
      plusTimes(
        2.75573137070700676789e-6,
        z,
        plusTimes(-2.50507602534068634195e-8, z, f64x2.splat(1.58969099521155010221e-10)),
      ),
    ),
  );
  return f64x2.add(x, f64x2.mul(f64x2.mul(z, x), plusTimes(-1.66666666666666324348e-1, z, r)));
}

/** Cosine for |x| ≤ π/4. */
// @ts-ignore: decorator
@inline
export function cosKernel(x: v128): v128 {
  const z = f64x2.mul(x, x);
  const r = f64x2.mul(
    z,
    plusTimes(
      4.16666666666666019037e-2,
      z,
      plusTimes(
        -1.38888888888741095749e-3,
        z,
        plusTimes(
          2.48015872894767294178e-5,
          z,
          plusTimes(
            -2.75573143513906633035e-7,
            z,
            plusTimes(2.0875723212981748279e-9, z, f64x2.splat(-1.13596475577881948265e-11)),
          ),
        ),
      ),
    ),
  );
  return f64x2.sub(f64x2.splat(1), f64x2.sub(f64x2.mul(f64x2.splat(0.5), z), f64x2.mul(z, r)));
}
