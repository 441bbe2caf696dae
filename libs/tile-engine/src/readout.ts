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

/** How a row's activations become DAC codes −L … L with L = 2^(bits−1) − 1. */
export interface InputConverter {
  readonly bits: number;
  /** The activation that code L stands for. */
  readonly scale:
    /** `clip` times the row's largest magnitude; 1 saturates nothing. */
    | { readonly kind: 'abs-max'; readonly clip: number }
    /** One range for every row. */
    | { readonly kind: 'fixed'; readonly range: number };
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

/** Output nonlinearity: values at equal steps over [−range, range], linear between, constant outside. */
export interface TransferTable {
  readonly range: number;
  readonly values: Float32Array;
}

/** How an analog output becomes a code. */
export interface OutputConverter {
  readonly bits: number;
  /** `symmetric`: codes ±(2^(b−1) − 1), step range/(2^(b−1) − 1). `full`: all 2^b codes, step range/2^(b−1). */
  readonly coding: 'symmetric' | 'full';
  readonly range:
    | { readonly kind: 'fixed'; readonly range: PerOutput }
    /** `clip` root mean squares of an output of unrelated operands: clip·‖w‖‖x‖/√rows of the tile. */
    | { readonly kind: 'operand-norms'; readonly clip: number };
}

export interface Readout {
  readonly input: InputConverter;
  readonly noise: readonly NoiseTerm[];
  readonly shot: BalancedShotNoise | null;
  readonly transfer: TransferTable | null;
  /** Null leaves the output unconverted. */
  readonly output: OutputConverter | null;
}
