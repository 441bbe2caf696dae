/** Element types of safetensors, by bytes per element. */
export const DTYPE_BYTES: Readonly<Record<string, number>> = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E5M2: 1,
  F8_E4M3: 1,
  F8_E8M0: 1,
  I16: 2,
  U16: 2,
  F16: 2,
  BF16: 2,
  I32: 4,
  U32: 4,
  F32: 4,
  I64: 8,
  U64: 8,
  F64: 8,
  C64: 8,
};

/** Element types that weights may have. */
export const WEIGHT_DTYPES = ['F32', 'F16', 'BF16'] as const;
export type WeightDtype = (typeof WEIGHT_DTYPES)[number];

export function isWeightDtype(dtype: string): dtype is WeightDtype {
  return (WEIGHT_DTYPES as readonly string[]).includes(dtype);
}

/** The float32 bits of an IEEE 754 half, exactly: subnormals become normal, inf and nan stay what they are. */
function halfToFloatBits(half: number): number {
  const sign = (half & 0x8000) << 16;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) return sign | 0x7f800000 | (fraction << 13);
  if (exponent !== 0) return sign | ((exponent + 112) << 23) | (fraction << 13);
  if (fraction === 0) return sign;
  // Subnormal: value fraction · 2⁻²⁴; shift its leading one into the implicit place.
  const shift = Math.clz32(fraction) - 21;
  return sign | ((113 - shift) << 23) | (((fraction << shift) & 0x3ff) << 13);
}

let halfTable: Uint32Array | undefined;

/**
 * Widens little-endian elements to float32. F32 and BF16 and F16 all fit exactly.
 * @param bytes `out.length` elements, at any alignment.
 */
export function widen(dtype: WeightDtype, bytes: Uint8Array, out: Float32Array): void {
  if (dtype === 'F32') {
    new Uint8Array(out.buffer, out.byteOffset, out.byteLength).set(bytes);
    return;
  }
  // Written as bits, so that a nan's payload survives.
  const bits = new Uint32Array(out.buffer, out.byteOffset, out.length);
  if (dtype === 'BF16') {
    for (let i = 0; i < bits.length; i++) bits[i] = (bytes[2 * i]! << 16) | (bytes[2 * i + 1]! << 24);
    return;
  }
  halfTable ??= Uint32Array.from({ length: 65_536 }, (_, half) => halfToFloatBits(half));
  for (let i = 0; i < bits.length; i++) bits[i] = halfTable[bytes[2 * i]! | (bytes[2 * i + 1]! << 8)]!;
}
