import {
  type Calibration,
  type CalibrationSource,
  type MatrixCalibration,
  type MatrixRef,
  OhmlightError,
  type Operation,
  type ShardSpec,
} from '@ohmlight/contracts';
import type { WeightSource } from './weight-source.js';

/** The part of a checkpoint that programming reads. */
export interface ReadableCheckpoint {
  readonly name: string;
  /** Every matrix, the feed-forward part's as two or as one chain, `ffn`. */
  matrices(form?: 'apart' | 'fused'): readonly MatrixRef[];
  readMatrix(layer: number, operation: Operation, columnStart: number, columnEnd: number): Promise<Float32Array>;
}

/** Bytes of weights read at a time: bounds memory while a large shard streams. */
const CHUNK_BYTES = 1024 * 1024;

/** Weights of shards out of open checkpoints, read as they are sent, with what they are calibrated with. */
export class CheckpointWeights implements WeightSource {
  readonly #checkpoints = new Map<string, ReadableCheckpoint>();

  constructor(
    checkpoints: Iterable<ReadableCheckpoint> = [],
    readonly calibrations?: CalibrationSource,
  ) {
    for (const checkpoint of checkpoints) this.add(checkpoint);
  }

  add(checkpoint: ReadableCheckpoint): void {
    this.#checkpoints.set(checkpoint.name, checkpoint);
  }

  get(name: string): ReadableCheckpoint {
    const checkpoint = this.#checkpoints.get(name);
    if (checkpoint) return checkpoint;
    const names = [...this.#checkpoints.keys()].join(', ') || 'none';
    throw new OhmlightError(
      'checkpoint_not_found',
      `no checkpoint "${name}" is open here (open: ${names}); name its directory in OHMLIGHT_CHECKPOINTS`,
    );
  }

  async *weights(spec: ShardSpec): AsyncIterable<Float32Array> {
    const checkpoint = this.get(spec.checkpoint);
    const { layer, operation, k, n, columnStart, columnEnd, inner } = spec;
    const matrix = matrixOf(checkpoint, layer, operation);
    if (
      !matrix ||
      matrix.k !== k ||
      matrix.n !== n ||
      matrix.inner !== inner ||
      columnStart >= columnEnd ||
      columnEnd > n
    )
      throw new OhmlightError(
        'invalid_shard',
        `columns [${columnStart}, ${columnEnd}) of a ${n} × ${k} matrix are not a shard of ${spec.checkpoint}/${layer}/${operation}, which is ${matrix ? `${matrix.n} × ${matrix.k}` : 'absent'}; gateway and dispatcher must open the same checkpoint`,
      );
    const scale = this.#calibration(spec)?.channelScale;
    if (inner) {
      yield* read(checkpoint, layer, 'gate_up', k, 0, 2 * inner);
      yield* read(checkpoint, layer, 'down', inner, columnStart, columnEnd);
    } else
      for await (const weights of read(checkpoint, layer, operation, k, columnStart, columnEnd))
        yield scaledColumns(weights, scale);
  }

  calibration(spec: ShardSpec): Calibration | undefined {
    const found = this.#calibration(spec);
    if (!found) return undefined;
    return { inputRange: found.inputRange, adcBound: found.adcBound?.slice(spec.columnStart, spec.columnEnd) };
  }

  #calibration(spec: ShardSpec): MatrixCalibration | undefined {
    if (spec.calibration === undefined) return undefined;
    const found = this.calibrations?.find(spec, spec.profile);
    if (found?.digest === spec.calibration) return found;
    const { checkpoint, layer, operation, profile } = spec;
    throw new OhmlightError(
      'calibration_not_found',
      `${checkpoint}/${layer}/${operation} on ${profile} is asked for with calibration ${spec.calibration}, and here it has ${found?.digest ?? 'none'}; gateway and dispatcher must read the same OHMLIGHT_CALIBRATIONS: start both again after calibrating`,
    );
  }
}

/** A matrix of a checkpoint; an `ffn` is one where it is fused. */
export function matrixOf(
  checkpoint: Pick<ReadableCheckpoint, 'matrices'>,
  layer: number,
  operation: Operation,
): MatrixRef | undefined {
  const matrices = checkpoint.matrices(operation === 'ffn' ? 'fused' : 'apart');
  return matrices.find((matrix) => matrix.layer === layer && matrix.operation === operation);
}

async function* read(
  checkpoint: ReadableCheckpoint,
  layer: number,
  operation: Operation,
  k: number,
  columnStart: number,
  columnEnd: number,
): AsyncIterable<Float32Array> {
  const step = Math.max(1, Math.floor(CHUNK_BYTES / 4 / k));
  for (let start = columnStart; start < columnEnd; start += step)
    yield await checkpoint.readMatrix(layer, operation, start, Math.min(columnEnd, start + step));
}

/** w_k·s_k, in place; exact, for the scales are powers of two. */
function scaledColumns(weights: Float32Array, scale: Float32Array | undefined): Float32Array {
  if (!scale) return weights;
  const k = scale.length;
  for (let at = 0; at < weights.length; at += k) for (let i = 0; i < k; i++) weights[at + i]! *= scale[i]!;
  return weights;
}
