import { randomBytes } from 'node:crypto';
import { philox4x32 } from '@ohmlight/contracts';

/** Least and greatest seed that a request may carry: signed or unsigned 64 bit. */
export const SEED_MIN = -(2n ** 63n);
export const SEED_MAX = 2n ** 64n - 1n;

/** A seed as the devices key their noise by it: unsigned 64 bit; negative values as two's complement. */
export const toUnsignedSeed = (seed: bigint): bigint => BigInt.asUintN(64, seed);

/** A seed for a request that brought none: 53 bits, so that every JSON reader gives it back exactly. */
export function drawSeed(): bigint {
  return randomBytes(8).readBigUInt64LE() >> 11n;
}

/** Counter word that sets seed derivation apart from other uses of the same generator. */
const CHOICE_DOMAIN = 0x63686f69;

/**
 * Seed of a request's choice `index` (`n` > 1): the request's own for index 0, so that one choice of many
 * equals the answer to a request for one.
 */
export function choiceSeed(seed: bigint, index: number): bigint {
  if (index === 0) return seed;
  const [low, high] = philox4x32(
    [index, CHOICE_DOMAIN, 0, 0],
    [Number(seed & 0xffff_ffffn), Number((seed >> 32n) & 0xffff_ffffn)],
  );
  return (BigInt(high) << 32n) | BigInt(low);
}
