import { philox4x32Into } from '@ohmlight/contracts';

/** Keys a draw: the request's seed and the absolute position that the drawn token takes. */
export interface SampleKey {
  /** Unsigned 64 bit. */
  readonly seed: bigint;
  readonly position: number;
}

/** Last counter word of every sampling draw ("samp"), apart from the devices' noise under the same seed. */
const DOMAIN = 0x73616d70;

const words = new Uint32Array(4);

/** A uniform number in [0, 1) with 53 random bits: the same for the same key, whatever was drawn before. */
export function keyedUniform({ seed, position }: SampleKey): number {
  const low = Number(BigInt.asUintN(32, seed));
  const high = Number(BigInt.asUintN(32, seed >> 32n));
  philox4x32Into(words, 0, position, 0, 0, DOMAIN, low, high);
  return ((words[0]! >>> 5) * 2 ** 26 + (words[1]! >>> 6)) / 2 ** 53;
}
