export type { PhaseCall, ShardReply, ShardRunner } from './shard-runner.js';
export { joinShards, splitWall } from './join-shards.js';
export { type ProfilePools, ShardedMatmul, type ShardedMatmulOptions } from './sharded-matmul.js';
export { InProcessRunner } from './in-process-runner.js';
export * from './compare-outputs.js';
