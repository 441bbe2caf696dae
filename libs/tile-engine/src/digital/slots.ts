/**
 * Places of the digital unit's f32 constants, in bytes from DIGITAL_CONSTANTS. AssemblyScript compiles this file
 * too: constants only. `constants.ts` has the numbers.
 */
export const LOG2E = 0;
export const ROUND = 4;
export const LN2_HIGH = 8;
export const LN2_LOW = 12;
export const EXP_0 = 16;
export const EXP_1 = 20;
export const EXP_2 = 24;
export const EXP_3 = 28;
export const EXP_4 = 32;
export const EXP_5 = 36;
export const ONE = 40;
export const EXP_LEAST = 44;
export const EXP_MOST = 48;
export const HALF = 52;
export const INFINITY = 56;
export const GELU_TANH_1 = 60;
export const GELU_TANH_3 = 64;
export const SIGN = 68;
export const SQRT_HALF = 72;
export const ERFC_P = 76;
export const ERFC_1 = 80;
export const ERFC_2 = 84;
export const ERFC_3 = 88;
export const ERFC_4 = 92;
export const ERFC_5 = 96;
export const MINUS_INFINITY = 100;
