export * from './experiment.js';
export { type Change, flagOf, type OptionSpec, type OptionTable, type OptionValues } from './options.js';
export { EXPERIMENTS } from './registry.js';
