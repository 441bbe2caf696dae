import { defineExperiment } from '../experiment.js';
import { changes, integer, number, type OptionValues, profileName, seed } from '../options.js';

const options = {
  seed: seed("of the chip's devices and of the weights"),
  profile: profileName('pcm-standard', 'whose devices: kind pcm'),
  set: changes,
  rows: integer(256, 16, 1024, 'inputs of the array'),
  columns: integer(256, 16, 256, 'outputs of the array'),
  days: number(365, 0.001, 36_500, 'how long it is watched'),
  times: integer(13, 2, 200, 'points in time, spread evenly over decades'),
} as const;

export type DriftOptions = OptionValues<typeof options>;

export const drift = defineExperiment({
  name: 'drift',
  summary: 'mean and spread of a phase-change array over a year, with and without compensation',
  options,
  examples: [
    'npx ohmlight lab drift',
    'npx ohmlight lab drift --profile pcm-hermes-14nm --days 30',
    'npx ohmlight lab drift --seed 7 --json',
  ],
  load: async () => (await import('./run.js')).runDrift,
});
