/** What needs neither Nest nor gRPC: a core in the calling process. */
export { LocalCore, type LocalCoreOptions } from './local-core.js';
export { loadDevices } from './load-devices.js';
export { type ReceiveWeights, ShardStore, type ShardStoreOptions } from './shard-store.js';
export { WeightBuffer } from './weight-buffer.js';
export { WorkQueue } from './work-queue.js';
