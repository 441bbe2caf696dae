import type { AnyExperiment } from './experiment.js';
import { mlp } from './mlp/experiment.js';

/** Every experiment, in the order of the help. */
export const EXPERIMENTS: readonly AnyExperiment[] = [mlp];
