export type { Module } from '../wasm/web-assembly.js';
export * from './kernels.js';
export * from './kv-pages.js';
export * from './self-test.js';
