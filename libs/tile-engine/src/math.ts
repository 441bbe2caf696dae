/**
 * Elementary functions out of +, −, ×, ÷ and square root alone, which IEEE 754 fixes to the bit. `Math.log`,
 * `Math.exp`, `Math.sin` and `Math.cos` may differ in the last place from one JavaScript engine, version or CPU
 * to the next; noise and programming error must not. Polynomials and reductions are fdlibm's (e_log.c, e_exp.c,
 * k_sin.c, k_cos.c); each result is within an ulp or two.
 */

const LN2_HIGH = 6.9314718036912381649e-1;
const LN2_LOW = 1.90821492927058770002e-10;

const bits = new DataView(new ArrayBuffer(8));

/** 2^e for −1022 ≤ e ≤ 1023, exactly. */
function powerOfTwo(e: number): number {
  bits.setUint32(0, (e + 1023) << 20);
  bits.setUint32(4, 0);
  return bits.getFloat64(0);
}

/** Natural logarithm of m·2^e for 1 ≤ m < 2. */
export function lnScaled(m: number, e: number): number {
  if (m > Math.SQRT2) {
    m *= 0.5;
    e += 1;
  }
  const f = m - 1;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const odd = w * (0.3999999999940941908 + w * (0.2222219843214978396 + w * 0.1531383769920937332));
  const even =
    z * (0.666666666666673513 + w * (0.2857142874366239149 + w * (0.1818357216161805012 + w * 0.1479819860511658591)));
  const half = 0.5 * f * f;
  return e * LN2_HIGH - (half - (s * (half + odd + even) + e * LN2_LOW) - f);
}

/** Natural logarithm; −∞ at 0, NaN below. Subnormal arguments count as 0. */
export function ln(x: number): number {
  if (!(x >= 2.2250738585072014e-308)) return x >= 0 ? -Infinity : NaN;
  if (x === Infinity) return x;
  bits.setFloat64(0, x);
  const high = bits.getUint32(0);
  bits.setUint32(0, (high & 0x000fffff) | 0x3ff00000);
  return lnScaled(bits.getFloat64(0), (high >>> 20) - 1023);
}

/** e^x; 0 below −708, ∞ above 709. */
export function exp(x: number): number {
  if (x < -708) return 0;
  if (x > 709) return Infinity;
  const k = Math.floor(x / Math.LN2 + 0.5);
  const high = x - k * LN2_HIGH;
  const low = k * LN2_LOW;
  const r = high - low;
  const t = r * r;
  const c =
    r -
    t *
      (1.66666666666666019037e-1 +
        t *
          (-2.77777777770155933842e-3 +
            t * (6.61375632143793436117e-5 + t * (-1.6533902205465251539e-6 + t * 4.13813679705723846039e-8))));
  return (1 - (low - (r * c) / (2 - c) - high)) * powerOfTwo(k);
}

/** x^y for x > 0; 0 for x = 0 and y > 0. */
export function pow(x: number, y: number): number {
  return exp(y * ln(x));
}

/** Sine for |x| ≤ π/4. */
export function sinKernel(x: number): number {
  const z = x * x;
  const r =
    8.33333333332248946124e-3 +
    z *
      (-1.98412698298579493134e-4 +
        z * (2.75573137070700676789e-6 + z * (-2.50507602534068634195e-8 + z * 1.58969099521155010221e-10)));
  return x + z * x * (-1.66666666666666324348e-1 + z * r);
}

/** Cosine for |x| ≤ π/4. */
export function cosKernel(x: number): number {
  const z = x * x;
  const r =
    z *
    (4.16666666666666019037e-2 +
      z *
        (-1.38888888888741095749e-3 +
          z *
            (2.48015872894767294178e-5 +
              z * (-2.75573143513906633035e-7 + z * (2.0875723212981748279e-9 + z * -1.13596475577881948265e-11)))));
  return 1 - (0.5 * z - z * r);
}
