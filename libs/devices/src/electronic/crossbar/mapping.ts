import type { Frame } from './parameters.js';

/** How weights become conductances, for one set of parameters. */
export interface Mapping {
  /** Cells of a weight that carry digits of their own; 1 where a cell holds the whole weight. */
  readonly digits: number;
  /** Devices of a cell: two in a pair. */
  readonly devices: 1 | 2;
  /** Whether the devices of a pair are converted apart. */
  readonly apart: boolean;
  /** Slices that the engine reads: digits, twice where the devices of a pair are converted apart. */
  readonly slices: number;
  /** Levels on one side of zero; 0 for any value. */
  readonly levels: number;
  /** Target conductance of a cell's devices, S, into `out`, for the weight share |v| ≤ 1 and a digit. */
  targets(out: Float64Array, v: number, digit: number): void;
  /** What 1 S of a digit's device stands for, as a part of the largest weight. */
  unit(digit: number): number;
  /** Conductance of a digit's reference device, S: what a weight of zero stores. 0 in pairs. */
  reference(digit: number): number;
}

/**
 * - pair: g± = g_min + (g_max − g_min)·max(±v, 0)
 * - offset: g = g_min + (g_max − g_min)·(1 + v)/2, zero at the middle
 * - sliced: the magnitude |code| (pair) or code + 2^(b−1) (offset) in digits of cell_bits, lowest first, each stored
 *   as digit/(2^cell_bits − 1) of the range
 */
export function mappingOf(p: Frame): Mapping {
  const pair = p.weight_scheme.startsWith('differential');
  const apart = p.weight_scheme === 'differential-digital';
  const range = p.g_max - p.g_min;
  const levels = p.weight_bits === 0 ? 0 : 2 ** (p.weight_bits - 1) - 1;
  const shared = { devices: pair ? (2 as const) : (1 as const), apart, levels };
  if (p.cell_bits === 0) {
    return {
      ...shared,
      digits: 1,
      slices: apart ? 2 : 1,
      targets(out, value) {
        const v = levels === 0 ? value : Math.round(value * levels) / levels;
        if (pair) {
          out[0] = p.g_min + range * Math.max(v, 0);
          out[1] = p.g_min + range * Math.max(-v, 0);
        } else out[0] = p.g_min + range * 0.5 * (1 + v);
      },
      unit: () => (pair ? 1 : 2) / range,
      reference: () => (pair ? 0 : p.g_min + range * 0.5),
    };
  }
  const base = 2 ** p.cell_bits;
  const top = base - 1;
  const digits = Math.ceil((pair ? p.weight_bits - 1 : p.weight_bits) / p.cell_bits);
  const zero = pair ? 0 : 2 ** (p.weight_bits - 1);
  const digitOf = (value: number, digit: number): number => Math.floor(value / base ** digit) % base;
  const stored = (value: number, digit: number): number => p.g_min + (range * digitOf(value, digit)) / top;
  return {
    ...shared,
    digits,
    slices: digits * (apart ? 2 : 1),
    targets(out, v, digit) {
      const code = Math.round(v * levels);
      if (pair) {
        out[0] = stored(Math.max(code, 0), digit);
        out[1] = stored(Math.max(-code, 0), digit);
      } else out[0] = stored(code + zero, digit);
    },
    unit: (digit) => (base ** digit * top) / (levels * range),
    reference: (digit) => (pair ? 0 : stored(zero, digit)),
  };
}
