export * from './placement.js';
export { raceAborts, deadlineSignal, type DeadlineSignal } from './aborts.js';
export { LiveCore, type CoreConnector } from './live-core.js';
export { CoreDirectory, type DirectoryEvents } from './core-directory.js';
export type { WeightSource } from './weight-source.js';
export { CheckpointWeights, matrixOf, type ReadableCheckpoint } from './checkpoint-weights.js';
export { ShardProgrammer } from './shard-programmer.js';
export { ShardRouter, type ReloadTimes, type RoutedJob, type RoutedReply } from './shard-router.js';
export {
  calibrationOf,
  heldMatrices,
  layersOf,
  placedMatrices,
  placementShards,
  type NamedPlacement,
  type ShardOptions,
} from './placement-shards.js';
export { ShardWarmer, type WarmProgress } from './shard-warmer.js';
