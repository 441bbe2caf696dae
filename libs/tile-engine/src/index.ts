export * from './engine.js';
export * from './readout.js';
export * from './typescript-engine.js';
