/**
 * Minimax polynomials (Remez) of the Gaussian's functions, lowest power first, rounded to f32.
 *
 * - `LN`: (ln(1 + y) − y)/y² for √½ − 1 ≤ y ≤ √2 − 1; the logarithm is within 2·10⁻⁷ of its argument.
 * - `SIN`: sin(πu/2)/u in z = u², |u| ≤ 1, within 1.3·10⁻⁶; `COS`: cos(πu/2) in z, within 9·10⁻⁸.
 */
export const LN = [
  -0.5000028610229492, 0.33335089683532715, -0.2497338503599167, 0.1989399492740631, -0.17201557755470276,
  0.16278991103172302, -0.10347998142242432,
] as const;
export const SIN = [1.5707951784133911, -0.6459259390830994, 0.07950065284967422, -0.004371014889329672] as const;
export const COS = [
  0.9999999403953552, -1.2336982488632202, 0.2536507546901703, -0.020810628309845924, 0.0008581906440667808,
] as const;
/** √½ as f32 bits: subtracting it from a number's bits puts its exponent where the mantissa is nearest to 1. */
export const SQRT_HALF_BITS = 0x3f3504f3;
