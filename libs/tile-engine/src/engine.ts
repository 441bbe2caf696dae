import type { Operation, RowBatch } from '@ohmlight/contracts';
import type { Readout } from './readout.js';
import type { Weights } from './weights.js';

/** What tiles are programmed from: weights with their static error, and the readout that will read them. */
export interface TileProgram<W extends Weights = Float32Array> {
  /** Inputs and outputs of the matrix, or of the shard of it. */
  readonly k: number;
  readonly n: number;
  /** Inputs of one tile, 1 to 1024; the last tile may have fewer. */
  readonly tileRows: number;
  /**
   * Slices of a weight that are stored in cells and read by converters of their own, 1 unless stated. A slice's
   * significance is part of its full scale.
   */
  readonly slices?: number;
  /** Effective weights, static error included, slices × n × k row-major; or as `Weights` has them. */
  readonly weights: W;
  /** The weight that stands for 1 in analog units, slices × tiles × n; 0 where all weights of a column are zero. */
  readonly fullScale: Float32Array;
  /**
   * What stands for |w| in the sums Σ|w||x| and Σ|w|x² of the noise, where it is not the weights' magnitude: 0 to the
   * full scale, in the layout and units of `weights`.
   */
  readonly magnitudes?: Float32Array;
  /** Largest weight code, where the device has fewer levels than the engine's fixed point. */
  readonly levels?: number;
  readonly readout: Readout;
}

/** Programmed tiles in the layout of the engine that made them. */
export interface TileMatrix {
  readonly k: number;
  readonly n: number;
  readonly tileRows: number;
  /** Tiles over the inputs. */
  readonly tiles: number;
  readonly slices: number;
  /** Weight code that stands for 1 in analog units. */
  readonly weightLimit: number;
  readonly residentBytes: number;
  /** Gives the memory back; the matrix cannot be read afterwards. */
  release(): void;
}

/** A law of one input: `values` at equal steps over [−range, range], linear between, constant outside. */
export interface TableLaw {
  readonly range: number;
  readonly values: Float32Array;
}

/**
 * Two multiplying cells in place of silu(gate)·up, for hidden value i in units of weights × activations:
 *
 *   a = gate(h_gate + o₀)·steering(h_gate + o₁),   v = (o₄·activated(a + o₂)·up(h_up + o₃))/range + o₅ + noise·ξ
 */
export interface GateCircuit {
  readonly gate: TableLaw;
  readonly steering: TableLaw;
  readonly activated: TableLaw;
  readonly up: TableLaw;
  /** o₀ … o₅, 6 × hidden values: offsets of the four ports, gain, offset of the output in analog units. */
  readonly statics: Float32Array;
}

/**
 * The analog stage between the two matrices of a chain, per hidden value h in units of weights × activations:
 * v = activation(h)/range, for a gated stage v = activation(gate)·up/range, plus noise·ξ, limited to −1 … 1.
 */
export interface ChainStage {
  /** In place of the activation and its product: gated stages only. */
  readonly circuit?: GateCircuit | undefined;
  /** `diode`: max(h, 0), the ideal rectifier; `clamp`: 0 … range; `silu`: h/(1 + e^−h); `linear`: h. */
  readonly activation: 'diode' | 'clamp' | 'silu' | 'linear';
  /** The first matrix has the gates' columns, then as many for what they multiply. */
  readonly gated: boolean;
  /** What one analog unit of the second matrix's inputs stands for. */
  readonly range: number;
  /** Standard deviation of the stage's noise, analog units. */
  readonly noise: number;
}

/** matmul → pointwise → matmul without converters between: the fused `ffn`. */
export interface ChainProgram {
  /** Its readout has no output converter. */
  readonly first: TileProgram;
  readonly stage: ChainStage;
  /** Its readout has no input converter; k is the number of hidden values. */
  readonly second: TileProgram;
}

export interface TileChain {
  readonly k: number;
  readonly n: number;
  readonly residentBytes: number;
  release(): void;
}

/** An f32 matrix in the layout of the engine that made it. */
export interface FloatMatrix {
  readonly k: number;
  readonly n: number;
  readonly residentBytes: number;
  /** Gives the memory back; the matrix cannot be read afterwards. */
  release(): void;
}

/** Names the outputs of a matrix, so that each draws its own noise wherever it is computed. */
export interface NoiseKey {
  readonly layer: number;
  readonly operation: Operation;
  /** Column of the whole matrix that the tiles' first output is. */
  readonly columnStart: number;
}

export interface Reading {
  /** Row-major rows × n, in the units of weights × activations. */
  readonly y: Float32Array;
  /** Activations beyond the DAC's range, and outputs beyond the ADC's. */
  readonly dacSaturated: number;
  readonly adcSaturated: number;
  /** Root mean square of the noiseless product of the programmed tiles, and of what the readout added to it. */
  readonly signalRms: number;
  readonly noiseRms: number;
  /** What bound management read beyond the first reading of each tile; absent without it. */
  readonly rereads?: Rereads;
}

/** Readings beyond the first, over all rows of a batch. */
export interface Rereads {
  /** Of physical tiles: their inputs once more. */
  readonly tiles: number;
  /** Σ over rows of the most that one of the row's tiles took: tiles are read side by side, rows one after the other. */
  readonly rows: number;
}

/** A reading of a chain, and what drove its second matrix. */
export interface ChainReading extends Reading {
  /** Σ v² over rows and hidden values, v the second matrix' inputs in analog units. */
  readonly driveSquares: number;
}

/**
 * Quantise, multiply, add noise, convert, accumulate: the arithmetic of every device. Two engines give the same
 * bits for the same calls; a row's result depends on that row, its seed and position, and the matrix alone.
 */
export interface TileEngine {
  /** Which implementation runs: `wide`, `portable` or `typescript`. */
  readonly path: string;
  /** Threads that share a reading. */
  readonly threads: number;
  /** @throws OhmlightError `invalid_shard` when lengths or bits do not fit or a weight is not finite. */
  programTiles(program: TileProgram<Weights>): TileMatrix;
  /** @throws OhmlightError `invalid_job` when lengths do not fit or an activation is not finite. */
  readTiles(matrix: TileMatrix, batch: RowBatch, key: NoiseKey): Reading;
  /** @throws OhmlightError `invalid_shard` as for its matrices, or when they do not fit each other. */
  programChain(program: ChainProgram): TileChain;
  /** @throws OhmlightError `invalid_job` when lengths do not fit or an activation is not finite. */
  readChain(chain: TileChain, batch: RowBatch, key: NoiseKey): ChainReading;
  /** @throws OhmlightError `invalid_shard` when the length does not fit or a weight is not finite. */
  programFloat(weights: Float32Array, k: number, n: number): FloatMatrix;
  /**
   * Row-major rows × n, in f32: products are summed over ascending k in blocks of 512, and the blocks' sums in order.
   * @throws OhmlightError `invalid_job` when lengths do not fit or an activation is not finite.
   */
  multiplyFloat(matrix: FloatMatrix, batch: RowBatch): Float32Array;
  /** Ends the engine's threads and gives its memory back. */
  close(): void;
}
