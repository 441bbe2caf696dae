import type { KernelPath } from '../src/wasm/module.js';
import { random } from './random.js';

/** Both ways that V8 may compile the kernels. */
export const PATHS: readonly KernelPath[] = ['portable', 'wide'];

/** Values that arithmetic treats apart. */
const SPECIAL = [0, -0, NaN, Infinity, -Infinity, 1e-45, -1e-40, 1.2e-38, 3.4e38, -3.4e38, 88.7, -87, 1e19];

/** Random values of many sizes; every `specials`-th or so is special (never for 0). */
export function values(seed: number, length: number, sigma = 1, specials = 0): Float32Array {
  const { gaussian, uniform } = random(seed);
  return Float32Array.from({ length }, () =>
    specials > 0 && uniform() * specials < 1
      ? (SPECIAL.at(Math.floor(uniform() * SPECIAL.length)) ?? 0)
      : gaussian() * sigma * 10 ** (uniform() - 0.5),
  );
}

/** The bits of f32 values, any NaN as one: its sign and payload are the machine's choice. */
export function bits(floats: ArrayLike<number>): Uint32Array {
  const canonical = Float32Array.from(floats);
  return new Uint32Array(canonical.map((value) => (Number.isNaN(value) ? NaN : value)).buffer);
}

/** Distance of `value` from `exact` in units of the last place of f32. */
export function ulps(value: number, exact: number): number {
  const exponent = Math.max(Math.floor(Math.log2(Math.abs(exact))), -126);
  return Math.abs(value - exact) / 2 ** (exponent - 23);
}
