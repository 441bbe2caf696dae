export * from './create-tile-engine.js';
export * from './engine.js';
export * from './keys.js';
export * from './math.js';
export { gaussian, gaussianPair, poisson } from './noise.js';
export { inputLimit, weightLimit } from './prepare.js';
export * from './readout.js';
export { silu } from './silu.js';
export { createTypescriptEngine } from './reference/typescript-engine.js';
