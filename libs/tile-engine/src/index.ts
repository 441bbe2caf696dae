export * from './engine.js';
export * from './keys.js';
export * from './math.js';
export { gaussian, gaussianPair, poisson } from './noise.js';
export * from './readout.js';
export { inputLimit, weightLimit } from './tiles.js';
export * from './typescript-engine.js';
