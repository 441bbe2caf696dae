/**
 * Threefry-4x32, the counter-based generator of Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as
 * 1, 2, 3", SC'11: a 128-bit counter and a 128-bit key give 128 bits that pass BigCrush from 12 rounds on. It has no
 * state, and nothing but additions, rotations and exclusive ors, which vectors of any width do alike.
 */
export const ROUNDS = 13;

/** Rotations of the two mixes of a round, repeating after eight rounds; parity constant of the key (Random123). */
const ROTATIONS: readonly (readonly [number, number])[] = [
  [10, 26],
  [11, 21],
  [13, 27],
  [23, 5],
  [6, 20],
  [17, 11],
  [25, 10],
  [18, 20],
];
const PARITY = 0x1bd11bda;

const rotate = (value: number, bits: number): number => (value << bits) | (value >>> (32 - bits));

/** The fifth key word. */
export const keyParity = (k0: number, k1: number, k2: number, k3: number): number => PARITY ^ k0 ^ k1 ^ k2 ^ k3;

/** Writes the four words of counter `c` under key `k` to `out`. Words may be given signed or unsigned. */
export function threefry4x32Into(
  out: Uint32Array,
  c: readonly [number, number, number, number],
  k: readonly [number, number, number, number],
  rounds = ROUNDS,
): void {
  const key = [...k, keyParity(...k)];
  let x0 = (c[0] + k[0]) | 0;
  let x1 = (c[1] + k[1]) | 0;
  let x2 = (c[2] + k[2]) | 0;
  let x3 = (c[3] + k[3]) | 0;
  for (let round = 0; round < rounds; round++) {
    const [a, b] = ROTATIONS[round & 7]!;
    if (round % 2 === 0) {
      x0 = (x0 + x1) | 0;
      x1 = rotate(x1, a) ^ x0;
      x2 = (x2 + x3) | 0;
      x3 = rotate(x3, b) ^ x2;
    } else {
      x0 = (x0 + x3) | 0;
      x3 = rotate(x3, a) ^ x0;
      x2 = (x2 + x1) | 0;
      x1 = rotate(x1, b) ^ x2;
    }
    if (round % 4 === 3) {
      const injected = (round + 1) / 4;
      x0 = (x0 + key[injected % 5]!) | 0;
      x1 = (x1 + key[(injected + 1) % 5]!) | 0;
      x2 = (x2 + key[(injected + 2) % 5]!) | 0;
      x3 = (x3 + key[(injected + 3) % 5]! + injected) | 0;
    }
  }
  out[0] = x0;
  out[1] = x1;
  out[2] = x2;
  out[3] = x3;
}
