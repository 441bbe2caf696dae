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
  /**
   * Writes the target conductances, S, of a digit's devices for the weights `from` … `from + count − 1`, of which
   * `scale` takes the whole range: first devices to `first`, the others of pairs to `second`, from `at` on.
   */
  targets(
    first: Float64Array,
    second: Float64Array,
    at: number,
    weights: Float32Array,
    from: number,
    count: number,
    scale: number,
    digit: number,
  ): void;
  /** How weights are cut into digits; null where a cell holds the whole weight. */
  readonly sliced: {
    /** Bits of a digit. */
    readonly bits: number;
    /** Conductance of each digit, S. */
    readonly conductances: Float64Array;
    /** Codes of single cells' weights, arguments as of `targets`: digits of `bits` each, lowest first. */
    encode(codes: Uint16Array, at: number, weights: Float32Array, from: number, count: number, scale: number): void;
  } | null;
  /** What 1 S of a digit's device stands for, as a part of the largest weight. */
  unit(digit: number): number;
  /** Conductance of a digit's reference device, S: what a weight of zero stores. 0 in pairs. */
  reference(digit: number): number;
}

/**
 * - pair: g± = g_min + (g_max − g_min)·max(±v, 0) for the share v = w/scale of the largest weight
 * - offset: g = g_min + (g_max − g_min)·(1 + v)/2, zero at the middle
 * - sliced: the magnitude |code| (pair) or code + 2^(b−1) (offset) in digits of cell_bits, lowest first, each stored
 *   as digit/(2^cell_bits − 1) of the range
 */
export function mappingOf(p: Frame): Mapping {
  const pair = p.weight_scheme.startsWith('differential');
  const apart = p.weight_scheme === 'differential-digital';
  const levels = p.weight_bits === 0 ? 0 : 2 ** (p.weight_bits - 1) - 1;
  const shared = { devices: pair ? (2 as const) : (1 as const), apart, levels };
  return p.cell_bits === 0 ? wholeCells(p, pair, shared) : slicedCells(p, pair, shared);
}

type Shared = Pick<Mapping, 'devices' | 'apart' | 'levels'>;

function wholeCells(p: Frame, pair: boolean, shared: Shared): Mapping {
  const { g_min } = p;
  const range = p.g_max - g_min;
  const { levels } = shared;
  const { round, abs } = Math;
  return {
    ...shared,
    digits: 1,
    slices: shared.apart ? 2 : 1,
    sliced: null,
    targets(first, second, at, weights, from, count, scale) {
      const inverse = scale > 0 ? 1 / scale : 0;
      const steps = levels === 0 ? inverse : inverse * levels;
      const halfRange = 0.5 * range;
      for (let i = 0; i < count; i++) {
        const value = weights[from + i]! * steps;
        const v = levels === 0 ? value : round(value) / levels;
        if (pair) {
          // max(±part, 0) without a branch: signs are a coin toss.
          const half = halfRange * v;
          const magnitude = abs(half);
          first[at + i] = g_min + (magnitude + half);
          second[at + i] = g_min + (magnitude - half);
        } else first[at + i] = g_min + halfRange * (1 + v);
      }
    },
    unit: () => (pair ? 1 : 2) / range,
    reference: () => (pair ? 0 : p.g_min + range * 0.5),
  };
}

function slicedCells(p: Frame, pair: boolean, shared: Shared): Mapping {
  const range = p.g_max - p.g_min;
  const { levels, apart } = shared;
  const base = 2 ** p.cell_bits;
  const top = base - 1;
  const digits = Math.ceil((pair ? p.weight_bits - 1 : p.weight_bits) / p.cell_bits);
  const zero = pair ? 0 : 2 ** (p.weight_bits - 1);
  const conductances = Float64Array.from({ length: base }, (_, value) => p.g_min + (range * value) / top);
  const stored = (value: number, digit: number): number => conductances[(value >> (p.cell_bits * digit)) & top]!;
  return {
    ...shared,
    digits,
    slices: digits * (apart ? 2 : 1),
    sliced: {
      bits: p.cell_bits,
      conductances,
      encode(codes, at, weights, from, count, scale) {
        const toCode = scale > 0 ? levels / scale : 0;
        const { round } = Math;
        for (let i = 0; i < count; i++) codes[at + i] = round(weights[from + i]! * toCode) + zero;
      },
    },
    targets(first, second, at, weights, from, count, scale, digit) {
      const toCode = scale > 0 ? levels / scale : 0;
      const shift = p.cell_bits * digit;
      const { round } = Math;
      for (let i = 0; i < count; i++) {
        const code = round(weights[from + i]! * toCode);
        first[at + i] = conductances[((pair ? Math.max(code, 0) : code + zero) >> shift) & top]!;
        if (pair) second[at + i] = conductances[(Math.max(-code, 0) >> shift) & top]!;
      }
    },
    unit: (digit) => (base ** digit * top) / (levels * range),
    reference: (digit) => (pair ? 0 : stored(zero, digit)),
  };
}
