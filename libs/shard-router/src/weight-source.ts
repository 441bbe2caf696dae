import type { Calibration, ShardSpec } from '@ohmlight/contracts';

/** Where the weights of a shard come from when a core is programmed. */
export interface WeightSource {
  /**
   * The shard's weights, row-major (columnEnd − columnStart) × k, in chunks of whole columns; of an `ffn` shard gate and
   * up, inner × k each, then down, (columnEnd − columnStart) × inner.
   * @throws OhmlightError `checkpoint_not_found` for an unknown checkpoint; `invalid_shard` when the shard is
   * no range of the checkpoint's matrix.
   */
  weights(spec: ShardSpec): AsyncIterable<Float32Array>;
  /**
   * What the shard is programmed with beside its weights; nothing unless the spec names a calibration.
   * @throws OhmlightError `calibration_not_found` for one that is not here.
   */
  calibration?(spec: ShardSpec): Calibration | undefined;
}
