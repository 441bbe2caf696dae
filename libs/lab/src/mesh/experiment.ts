import { defineExperiment } from '../experiment.js';
import { integer, number, type OptionValues, seed } from '../options.js';

const options = {
  seed: seed('of the unitaries, the weights and the errors'),
  modes: integer(16, 4, 64, 'modes of a mesh'),
  draws: integer(40, 1, 1000, 'unitaries and matrices at each point, each with errors of its own'),
  points: integer(9, 2, 40, 'errors from --smallest to --largest, at equal ratios'),
  smallest: number(0.001, 1e-5, 0.1, 'smallest error, rad'),
  largest: number(0.1, 1e-4, 0.3, 'largest error, rad'),
} as const;

export type MeshOptions = OptionValues<typeof options>;

export const mesh = defineExperiment({
  name: 'mesh',
  summary: 'fidelity of an interferometer mesh against phase and splitter error, with and without self-configuration',
  options,
  examples: [
    'npx ohmlight lab mesh',
    'npx ohmlight lab mesh --modes 64 --draws 5',
    'npx ohmlight lab mesh --seed 7 --json',
  ],
  load: async () => (await import('./run.js')).runMesh,
});
