import type { Operation, RowBatch } from '@ohmlight/contracts';
import type { Readout } from './readout.js';

/** What tiles are programmed from: weights with their static error, and the readout that will read them. */
export interface TileProgram {
  /** Inputs and outputs of the matrix, or of the shard of it. */
  readonly k: number;
  readonly n: number;
  /** Inputs of one tile; the last tile may have fewer. */
  readonly tileRows: number;
  /** Effective weights, static error included, row-major n × k. */
  readonly weights: Float32Array;
  /** The weight that stands for 1 in analog units, tiles × n; 0 for outputs whose weights are all zero. */
  readonly fullScale: Float32Array;
  /** Largest weight code, where the device has fewer levels than the engine's fixed point. */
  readonly levels?: number;
  readonly readout: Readout;
}

/** Programmed tiles in the layout of the engine that made them. */
export interface TileMatrix {
  readonly k: number;
  readonly n: number;
  readonly tileRows: number;
  readonly tiles: number;
  /** Weight code that stands for 1 in analog units. */
  readonly weightLimit: number;
  readonly residentBytes: number;
}

/** An f32 matrix in the layout of the engine that made it. */
export interface FloatMatrix {
  readonly k: number;
  readonly n: number;
  readonly residentBytes: number;
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
}

/**
 * Quantise, multiply, add noise, convert, accumulate: the arithmetic of every device. Two engines give the same
 * bits for the same calls; a row's result depends on that row, its seed and position, and the matrix alone.
 */
export interface TileEngine {
  /** Which implementation runs. */
  readonly path: string;
  /** @throws OhmlightError `invalid_shard` when lengths or bits do not fit or a weight is not finite. */
  programTiles(program: TileProgram): TileMatrix;
  /** @throws OhmlightError `invalid_job` when lengths do not fit or an activation is not finite. */
  readTiles(matrix: TileMatrix, batch: RowBatch, key: NoiseKey): Reading;
  /** @throws OhmlightError `invalid_shard` when the length does not fit or a weight is not finite. */
  programFloat(weights: Float32Array, k: number, n: number): FloatMatrix;
  /**
   * Row-major rows × n; each output is one sum in f64 over ascending k, rounded to f32 once.
   * @throws OhmlightError `invalid_job` when lengths do not fit or an activation is not finite.
   */
  multiplyFloat(matrix: FloatMatrix, batch: RowBatch): Float32Array;
}
