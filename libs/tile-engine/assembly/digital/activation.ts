import {
  ERFC_1,
  ERFC_2,
  ERFC_3,
  ERFC_4,
  ERFC_5,
  ERFC_P,
  GELU_TANH_1,
  GELU_TANH_3,
  HALF,
  ONE,
  SIGN,
  SQRT_HALF,
} from '../../src/digital/slots';
import { constant } from './constant';
import { exp } from './exp';
import { sums } from './sum';

/** Where the last values of a row go, which may be fewer than a step takes: 32 bytes, and as many after them. */
// @ts-ignore: decorator
@inline
function tail(): usize {
  return sums() + 128;
}

/** `x / (1 + e^−x)`. */
// @ts-ignore: decorator
@inline
function silu(x: v128): v128 {
  return f32x4.div(x, f32x4.add(constant(ONE), exp(f32x4.neg(x))));
}

/** `x / (1 + e^−2u)`, 2u = 2√(2/π) · (x + 0.044715 x³). */
// @ts-ignore: decorator
@inline
function geluTanh(x: v128): v128 {
  const u = f32x4.mul(x, f32x4.add(constant(GELU_TANH_1), f32x4.mul(constant(GELU_TANH_3), f32x4.mul(x, x))));
  return f32x4.div(x, f32x4.add(constant(ONE), exp(f32x4.neg(u))));
}

/** `x · Φ(x)`, Φ by Abramowitz and Stegun 7.1.26. */
// @ts-ignore: decorator
@inline
function geluErf(x: v128): v128 {
  const z = f32x4.mul(v128.andnot(x, constant(SIGN)), constant(SQRT_HALF));
  const t = f32x4.div(constant(ONE), f32x4.add(constant(ONE), f32x4.mul(constant(ERFC_P), z)));
  let p = f32x4.add(constant(ERFC_4), f32x4.mul(t, constant(ERFC_5)));
  p = f32x4.add(constant(ERFC_3), f32x4.mul(t, p));
  p = f32x4.add(constant(ERFC_2), f32x4.mul(t, p));
  p = f32x4.add(constant(ERFC_1), f32x4.mul(t, p));
  // Half of erfc(z): what lies beyond |x|.
  const beyond = f32x4.mul(constant(HALF), f32x4.mul(f32x4.mul(t, p), exp(f32x4.neg(f32x4.mul(z, z)))));
  const positive = f32x4.sub(constant(ONE), beyond);
  return f32x4.mul(x, v128.bitselect(beyond, positive, f32x4.lt(x, f32x4.splat(0))));
}

/**
 * `out = silu(gate) · up` over `bytes`, a multiple of 32. A function of its own: V8's 256-bit code may move loads and
 * stores over a `memory.copy` in the same one.
 */
function gatedSteps(gate: usize, up: usize, out: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 32) {
    const g0 = v128.load(gate + i);
    const g1 = v128.load(gate + i, 16);
    const u0 = v128.load(up + i);
    const u1 = v128.load(up + i, 16);
    const y0 = f32x4.mul(silu(g0), u0);
    const y1 = f32x4.mul(silu(g1), u1);
    v128.store(out + i, y0);
    v128.store(out + i, y1, 16);
  }
}

/**
 * `out = silu(gate) · up`, row by row.
 * @param gateUp Row-major, rows × 2·width: gate, then up.
 * @param out Row-major, rows × width.
 */
export function gatedSilu(gateUp: usize, rows: i32, width: i32, out: usize): void {
  const bytes = <usize>width << 2;
  const rest = <usize>(width & 7) << 2;
  const whole = bytes - rest;
  for (let row = 0; row < rows; row++) {
    const up = gateUp + bytes;
    gatedSteps(gateUp, up, out, whole);
    if (rest) {
      const last = tail();
      memory.copy(last, gateUp + whole, rest);
      memory.copy(last + 32, up + whole, rest);
      gatedSteps(last, last + 32, last, 32);
      memory.copy(out + whole, last, rest);
    }
    gateUp += 2 * bytes;
    out += bytes;
  }
}

/** GELU in its tanh form over `bytes`, a multiple of 32; apart for the reason of `gatedSteps`. */
function geluTanhSteps(x: usize, out: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 32) {
    const x0 = v128.load(x + i);
    const x1 = v128.load(x + i, 16);
    const y0 = geluTanh(x0);
    const y1 = geluTanh(x1);
    v128.store(out + i, y0);
    v128.store(out + i, y1, 16);
  }
}

/** GELU in its tanh form over `length` values; `out` may be `x`. */
export function geluTanhInto(x: usize, length: i32, out: usize): void {
  const rest = <usize>(length & 7) << 2;
  const whole = <usize>(length & ~7) << 2;
  geluTanhSteps(x, out, whole);
  if (rest) {
    const last = tail();
    memory.copy(last, x + whole, rest);
    geluTanhSteps(last, last, 32);
    memory.copy(out + whole, last, rest);
  }
}

/** GELU in its erf form over `bytes`, a multiple of 32; apart for the reason of `gatedSteps`. */
function geluErfSteps(x: usize, out: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 32) {
    const x0 = v128.load(x + i);
    const x1 = v128.load(x + i, 16);
    const y0 = geluErf(x0);
    const y1 = geluErf(x1);
    v128.store(out + i, y0);
    v128.store(out + i, y1, 16);
  }
}

/** GELU in its erf form over `length` values; `out` may be `x`. */
export function geluErfInto(x: usize, length: i32, out: usize): void {
  const rest = <usize>(length & 7) << 2;
  const whole = <usize>(length & ~7) << 2;
  geluErfSteps(x, out, whole);
  if (rest) {
    const last = tail();
    memory.copy(last, x + whole, rest);
    geluErfSteps(last, last, 32);
    memory.copy(out + whole, last, rest);
  }
}
