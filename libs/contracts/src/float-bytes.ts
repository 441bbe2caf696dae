/** Bytes of a float32 on the wire. */
export const FLOAT_BYTES = 4;

/** A view of `values` as little-endian bytes; no copy. Every CPU that Node runs this on is little-endian. */
export function floatsToBytes(values: Float32Array): Buffer {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength);
}

/**
 * Little-endian float32 bytes as numbers: a view where the bytes lie on a multiple of four, else a copy.
 * The caller checks that the length is a whole number of values; a remainder is cut off.
 */
export function bytesToFloats(bytes: Uint8Array): Float32Array {
  const length = Math.floor(bytes.byteLength / FLOAT_BYTES);
  if (bytes.byteOffset % FLOAT_BYTES === 0)
    return new Float32Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, length);
  const copy = new Float32Array(length);
  new Uint8Array(copy.buffer).set(bytes.subarray(0, length * FLOAT_BYTES));
  return copy;
}

/** Index of the first value that is not a finite number; −1 when all are. */
export function firstNonFinite(values: Float32Array): number {
  // x − x is 0 for every finite x and NaN for the others, so one pass of sums finds whether any is there.
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! - values[i]!;
  return sum === 0 ? -1 : values.findIndex((value) => !Number.isFinite(value));
}
