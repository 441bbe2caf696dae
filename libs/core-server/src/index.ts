export * from './local.js';
export { CoreServerModule, type CoreServerOptions } from './core-server.module.js';
export { runCore } from './run-core.js';
export { CoreGrpcServer, type CoreGrpcServerOptions, type CoreIdentity } from './grpc/core-grpc-server.js';
export type { JobObserver } from './grpc/job-runner.js';
