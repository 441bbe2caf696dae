export * from './kernels.js';
export * from './kv-pages.js';
