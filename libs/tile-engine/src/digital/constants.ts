import { DIGITAL_CONSTANTS } from '../wasm/layout.js';
import type { Memory } from '../wasm/web-assembly.js';
import * as SLOTS from './slots.js';

const f32 = Math.fround;

/** What multiplies x to count halvings of e^x. */
const LOG2E = f32(Math.LOG2E);
/** 1.5 · 2²³: added, it rounds to an integer that stands in the low bits. */
const ROUND = 12_582_912;
/** ln 2 in two parts; nine bits, so that its product with an exponent is exact, and the rest. */
const LN2_HIGH = 0.693359375;
const LN2_LOW = f32(-2.1219444e-4);
/** (e^r − 1 − r) / r² for |r| ≤ ½ ln 2, lowest power first: Cephes' expf. */
const EXP = [5.0000001201e-1, 1.6666665459e-1, 4.1665795894e-2, 8.3334519073e-3, 1.3981999507e-3, 1.98756915e-4].map(
  f32,
);
/** Below, e^x counts as 0: it would be all but subnormal. */
const EXP_LEAST = f32(-86.9);
/** Above, e^x is ∞. */
const EXP_MOST = f32(88.72283);
/** 2√(2/π), and times 0.044715. */
const GELU_TANH_1 = f32(1.595769121605731);
const GELU_TANH_3 = f32(0.0713548162715988);
const SQRT_HALF = f32(Math.SQRT1_2);
/** erfc(z) = t · (a₁ + t · (a₂ + …)) · e^−z², t = 1 / (1 + p·z): Abramowitz and Stegun 7.1.26. */
const ERFC_P = f32(0.3275911);
const ERFC = [0.254829592, -0.284496736, 1.421413741, -1.453152027, 1.061405429].map(f32);

/** The numbers of the kernels and of their references. */
export const CONSTANTS = {
  LOG2E,
  ROUND,
  LN2_HIGH,
  LN2_LOW,
  EXP_0: EXP[0]!,
  EXP_1: EXP[1]!,
  EXP_2: EXP[2]!,
  EXP_3: EXP[3]!,
  EXP_4: EXP[4]!,
  EXP_5: EXP[5]!,
  ONE: 1,
  EXP_LEAST,
  EXP_MOST,
  HALF: 0.5,
  INFINITY: Infinity,
  MINUS_INFINITY: -Infinity,
  GELU_TANH_1,
  GELU_TANH_3,
  /** The sign bit alone. */
  SIGN: -0,
  SQRT_HALF,
  ERFC_P,
  ERFC_1: ERFC[0]!,
  ERFC_2: ERFC[1]!,
  ERFC_3: ERFC[2]!,
  ERFC_4: ERFC[3]!,
  ERFC_5: ERFC[4]!,
} as const satisfies Record<keyof typeof SLOTS, number>;

/** Puts the numbers where the kernels read them. */
export function writeConstants({ buffer }: Memory): void {
  const view = new DataView(buffer);
  for (const [name, slot] of Object.entries(SLOTS))
    view.setFloat32(DIGITAL_CONSTANTS + slot, CONSTANTS[name as keyof typeof SLOTS], true);
}
