export * from './words.js';
export * from './rows.js';
export * from './ledger.js';
export * from './errors.js';
export * from './shard.js';
export * from './job.js';
export * from './service-record.js';
export * as proto from './generated/ohmlight/core/v1/core.js';
export * from './version.js';
