import { OhmlightError } from '@ohmlight/contracts';
import type { InputConverter } from './readout.js';

/** One reading of the inputs: which part of a row's DAC codes the lines carry, and what it counts for. */
export interface Pass {
  /** `both` carries the signed part; `positive` and `negative` the magnitudes of codes of one sign. */
  readonly sign: 'both' | 'positive' | 'negative' | 'twos-complement';
  /** Bits shifted out, then bits kept. */
  readonly shift: number;
  readonly mask: number;
  /** Code that drives a line fully: one analog unit. */
  readonly limit: number;
  /** Share of the row's scale that one analog unit of this pass stands for: ±2^shift·limit/L. */
  readonly weight: number;
}

/**
 * The readings of an input converter, in order.
 * @throws OhmlightError `invalid_shard` for an encoding that its bits do not allow.
 */
export function passesOf({ bits, encoding = { kind: 'parallel' } }: InputConverter): readonly Pass[] {
  const full = 2 ** (bits - 1) - 1;
  const whole = { shift: 0, mask: full, limit: full };
  if (encoding.kind === 'parallel') return [{ sign: 'both', ...whole, weight: 1 }];
  if (encoding.kind === 'two-pass')
    return [
      { sign: 'positive', ...whole, weight: 1 },
      { sign: 'negative', ...whole, weight: -1 },
    ];
  const { bits: width, sign } = encoding;
  if (!(Number.isInteger(width) && width >= 1 && width < bits))
    throw new OhmlightError('invalid_shard', `${bits}-bit inputs have no slices of ${width} bits`);
  if (sign === 'twos-complement') {
    if (width !== 1)
      throw new OhmlightError('invalid_shard', "two's complement streams single bits: the last one counts negative");
    return Array.from({ length: bits }, (_, shift) => ({
      sign,
      shift,
      mask: 1,
      limit: 1,
      weight: Math.fround(((shift === bits - 1 ? -1 : 1) * 2 ** shift) / full),
    }));
  }
  const slices: Omit<Pass, 'sign'>[] = [];
  for (let shift = 0; shift < bits - 1; shift += width) {
    const limit = 2 ** Math.min(width, bits - 1 - shift) - 1;
    slices.push({ shift, mask: limit, limit, weight: Math.fround((2 ** shift * limit) / full) });
  }
  if (sign === 'sign-magnitude') return slices.map((slice) => ({ ...slice, sign: 'both' }));
  return [
    ...slices.map((slice) => ({ ...slice, sign: 'positive' as const })),
    ...slices.map((slice) => ({ ...slice, sign: 'negative' as const, weight: -slice.weight })),
  ];
}

/** The code that a line carries in a pass. */
export function passCode(code: number, { sign, shift, mask }: Pass): number {
  switch (sign) {
    case 'both': {
      const part = (Math.abs(code) >> shift) & mask;
      return code < 0 ? -part : part;
    }
    case 'positive':
      return code > 0 ? (code >> shift) & mask : 0;
    case 'negative':
      return code < 0 ? (-code >> shift) & mask : 0;
    case 'twos-complement':
      return (code >> shift) & mask;
  }
}
