import { describe, expect, it } from 'vitest';
import { widen } from './dtype.js';

/** The value of a half by the definition of IEEE 754: sign · 2^(e−15) · (1 + f/1024), or sign · 2^−14 · f/1024. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction ? NaN : sign * Infinity;
  return exponent === 0 ? sign * 2 ** -14 * (fraction / 1024) : sign * 2 ** (exponent - 15) * (1 + fraction / 1024);
}

const bytesOf = (halves: number[]): Uint8Array => new Uint8Array(Uint16Array.from(halves).buffer);

describe('widen', () => {
  it('widens every F16 to its value: normals, subnormals, zeros, inf and nan', () => {
    const all = Array.from({ length: 65_536 }, (_, bits) => bits);
    const out = new Float32Array(all.length);
    widen('F16', bytesOf(all), out);
    expect(all.filter((bits) => !Object.is(out[bits], half(bits)))).toEqual([]);
    // Anchors, so that the check above does not rest on its own formula alone.
    expect([out[0x3c00], out[0xc000], out[0x0001], out[0x03ff], out[0x7bff]]).toEqual([
      1, -2, 5.960464477539063e-8, 6.097555160522461e-5, 65504,
    ]);
    expect([out[0x7c00], out[0xfc00], out[0x7e00]]).toEqual([Infinity, -Infinity, NaN]);
  });

  it('widens BF16 as the upper half of a float32', () => {
    const out = new Float32Array(6);
    widen('BF16', bytesOf([0x3f80, 0xc049, 0x0001, 0x7f80, 0x8000, 0x7fc0]), out);
    expect([...out]).toEqual([1, -3.140625, 9.183549615799121e-41, Infinity, -0, NaN]);
  });

  it('copies F32 bit by bit from any alignment into the middle of an array', () => {
    const bytes = new Uint8Array(9);
    new DataView(bytes.buffer).setFloat32(1, 1.5, true);
    new DataView(bytes.buffer).setUint32(5, 0x7fc00001, true);
    const out = new Float32Array(4);
    widen('F32', bytes.subarray(1), out.subarray(1, 3));
    expect([...new Uint32Array(out.buffer)]).toEqual([0, 0x3fc00000, 0x7fc00001, 0]);
  });

  it('widens halves from an odd offset', () => {
    const bytes = new Uint8Array([0xff, ...bytesOf([0x3c00, 0x4000])]);
    const out = new Float32Array(2);
    widen('F16', bytes.subarray(1), out);
    expect([...out]).toEqual([1, 2]);
  });
});
