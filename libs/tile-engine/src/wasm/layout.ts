/**
 * Addresses in the kernels' memory, in bytes. AssemblyScript compiles this file too: constants only.
 *
 * | range | content |
 * |---|---|
 * | 0 … 63 | never used: a null pointer points here |
 * | CONSTANTS … | f32 and i32 constants of the kernels, written by the host, read by splatting loads |
 * | 8192 … 65535 | data that the compiler places |
 * | HEAP … | everything else, placed by the host |
 *
 * A constant in memory is one load; a constant in the code is three instructions on x64, and inner loops use many.
 */
export const CONSTANTS = 64;
export const HEAP = 65536;
