import { doubleSlit } from './double-slit/experiment.js';
import { drift } from './drift/experiment.js';
import { fourier } from './fourier/experiment.js';
import type { AnyExperiment } from './experiment.js';
import { gilbert } from './gilbert/experiment.js';
import { interference } from './interference/experiment.js';
import { mesh } from './mesh/experiment.js';
import { mlp } from './mlp/experiment.js';
import { photons } from './photons/experiment.js';
import { summing } from './summing/experiment.js';

/** Every experiment, in the order of the help. */
export const EXPERIMENTS: readonly AnyExperiment[] = [
  mlp,
  gilbert,
  summing,
  drift,
  doubleSlit,
  fourier,
  interference,
  photons,
  mesh,
];
