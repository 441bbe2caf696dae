export type { Registry } from './registry.js';
export { RedisRegistry } from './redis-registry.js';
export { Heartbeat } from './heartbeat.js';
export { connectRedis, redisReady } from './redis-connection.js';
