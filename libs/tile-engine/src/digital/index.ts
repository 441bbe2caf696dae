export type { Module } from '../wasm/web-assembly.js';
export * from './kernels.js';
export * from './kernel-thread.js';
export * from './kv-pages.js';
export { gatedSilu } from './reference/activation.js';
export * from './self-test.js';
