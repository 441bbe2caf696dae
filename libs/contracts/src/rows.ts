/**
 * Rows of activations that one matmul multiplies, with the keys of their dynamic noise.
 *
 * `x` is row-major, `rows × k`. Row `i` belongs to the request seed `seeds[i]` at absolute position
 * `positions[i]`; a device draws its noise from (seed, position, operation, layer, tile, output) alone,
 * so a row's result does not depend on what else is in the batch.
 */
export interface RowBatch {
  readonly rows: number;
  readonly x: Float32Array;
  /** Request seeds, unsigned 64 bit; length `rows`. */
  readonly seeds: BigUint64Array;
  /** Absolute positions in the sequence; length `rows`. */
  readonly positions: Uint32Array;
}

/** What a device observed while it executed. `rms` values are over the job's outputs, in output units. */
export interface Telemetry {
  readonly dacSaturated: number;
  readonly adcSaturated: number;
  readonly signalRms: number;
  readonly noiseRms: number;
}
