export * from './core-client.js';
export { GrpcCore, type GrpcCoreOptions } from './grpc-core.js';
export { checkOutputs } from './check-reply.js';
export { ERROR_CODE_TRAILER, MAX_JOB_BYTES, MAX_MESSAGE_BYTES, PROGRAM_CHUNK_BYTES, SHARED_OPTIONS } from './limits.js';
export * from './recalibration.js';
