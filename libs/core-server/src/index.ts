export * from './local.js';
export * from './grpc/core-grpc-server.js';
