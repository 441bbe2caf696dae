/**
 * A readout as data: what happens to a row on its way through a programmed tile. A device states it once; the
 * engine runs it and knows no physics.
 *
 * Analog units: a tile's largest input is 1, its largest weight is 1, so the product of a tile is
 * `s = Σ_j x_j·w_j` with |x_j| ≤ 1 and |w_j| ≤ 1. All coefficients below are in these units.
 *
 * A `PerOutput` coefficient is one number for all outputs or one per (tile, column), laid out as
 * `tiles × n`: tile `t` covers the inputs `t·tileRows … (t+1)·tileRows − 1`.
 */
export type PerOutput = number | Float32Array;

/**
 * How codes reach the array.
 *
 * | kind | readings of a tile per row |
 * |---|---|
 * | `parallel` | one: every input carries its whole code |
 * | `two-pass` | two: positive inputs, then the magnitudes of the negative ones; their codes are subtracted |
 * | `bit-serial` | one per slice of `bits` bits, least significant first; codes are shifted and added |
 *
 * Bit-serial inputs are `sign-magnitude` (a line carries a slice of the magnitude with its sign), `two-pass` (positive
 * inputs first, then negative ones) or `twos-complement` (single bits; the last one counts negative).
 * Each reading draws its own noise and passes the output converter on its own.
 */
export type InputEncoding =
  | { readonly kind: 'parallel' }
  | { readonly kind: 'two-pass' }
  | {
      readonly kind: 'bit-serial';
      readonly bits: number;
      readonly sign: 'sign-magnitude' | 'two-pass' | 'twos-complement';
    };

/** How a row's activations become DAC codes −L … L with L = 2^(bits−1) − 1. */
export interface InputConverter {
  /** 2 to 12. */
  readonly bits: number;
  /** The activation that code L stands for, per row. */
  readonly scale:
    /** `clip` times the row's largest magnitude; 1 saturates nothing. */
    | { readonly kind: 'abs-max'; readonly clip: number }
    /** One range for every row. */
    | { readonly kind: 'fixed'; readonly range: number }
    /** The magnitude that a share `share` of the row's inputs does not exceed, 0 < share ≤ 1. */
    | { readonly kind: 'percentile'; readonly share: number };
  /** `nearest` (half to even) unless stated; `stochastic` rounds up with the probability of the fraction. */
  readonly rounding?: 'nearest' | 'stochastic';
  /** `parallel` unless stated. */
  readonly encoding?: InputEncoding;
}

/**
 * One term of the dynamic noise of an output, with standard deviation σ for coefficient c. Terms are
 * independent of each other: their variances add, and each output draws one Gaussian per tile.
 *
 * | kind | σ |
 * |---|---|
 * | `constant` | c |
 * | `signal` | c·\|s\| |
 * | `root-signal` | c·√\|s\| |
 * | `input-norm` | c·‖x‖ |
 * | `abs-product` | c·√(Σ\|w\|\|x\|) |
 * | `abs-power` | c·√(Σ\|w\|x²) |
 */
export interface NoiseTerm {
  readonly kind: 'constant' | 'signal' | 'root-signal' | 'input-norm' | 'abs-product' | 'abs-power';
  readonly coefficient: PerOutput;
}

/**
 * Shot noise of balanced homodyne detection (Hamerly 2019): two detectors share n = photonsPerMac × rows of the tile photons,
 * n± = n/2·(1 ± s/(‖w‖‖x‖)), and the product is read from their difference, with standard deviation
 * ‖w‖‖x‖/√n. A detector that expects fewer than `poissonBelow` photons draws its count from the Poisson law.
 */
export interface BalancedShotNoise {
  readonly photonsPerMac: number;
  readonly poissonBelow: number;
}

/**
 * Shot noise of two detectors whose light is known: together they count
 * total = dark + power·‖x‖² + product·Σ|w||x|, and the difference of their counts is gain·s. The output is read from
 * the difference, with standard deviation √total/gain. A detector that expects fewer than `poissonBelow` counts draws
 * its count from the Poisson law.
 */
export interface DetectorCounts {
  /** Counts that an output of 1 makes, the difference of both detectors. */
  readonly gain: number;
  readonly dark: PerOutput;
  readonly power: PerOutput;
  readonly product: PerOutput;
  readonly poissonBelow: number;
}

/**
 * Output nonlinearity, in analog units.
 *
 * | kind | output |
 * |---|---|
 * | `table` | `values` at equal steps over [−range, range], linear between, constant outside |
 * | `clamp` | limited to low … high |
 * | `compressive` | s/(1 + \|knee·s\|), AIHWKIT's S-shape |
 * | `cubic` | s + third·s³ |
 */
export type Transfer =
  | { readonly kind: 'table'; readonly range: number; readonly values: Float32Array }
  | { readonly kind: 'clamp'; readonly low: number; readonly high: number }
  | { readonly kind: 'compressive'; readonly knee: number }
  | { readonly kind: 'cubic'; readonly third: number };

/** How an analog output becomes a code. */
export interface OutputConverter {
  /** 3 to 14. */
  readonly bits: number;
  /** `symmetric`: codes ±(2^(b−1) − 1), step range/(2^(b−1) − 1). `full`: all 2^b codes, step range/2^(b−1). */
  readonly coding: 'symmetric' | 'full';
  readonly range:
    | { readonly kind: 'fixed'; readonly range: PerOutput }
    /** `clip` root mean squares of an output of unrelated operands: clip·‖w‖‖x‖/√rows of the tile. */
    | { readonly kind: 'operand-norms'; readonly clip: number };
}

/**
 * Iterative bound management (AIHWKIT's ITERATIVE): when an output of a physical tile clips, its inputs are halved
 * and the row is read again, with new noise, until nothing clips or `rounds` readings are made; the outputs are
 * doubled as often. A physical tile is `columns` columns wide and starts on a multiple of that.
 */
export interface BoundManagement {
  readonly rounds: number;
  /** 64, 128 or 256. */
  readonly columns: number;
}

export interface Readout {
  /** Null where a tile's inputs are voltages of the stage before (a chain's second matrix). */
  readonly input: InputConverter | null;
  readonly noise: readonly NoiseTerm[];
  readonly shot: BalancedShotNoise | DetectorCounts | null;
  readonly transfer: Transfer | null;
  /** Null leaves the output unconverted. */
  readonly output: OutputConverter | null;
  /** With parallel inputs and an output converter only. */
  readonly bound?: BoundManagement | null;
}
