import { defineExperiment } from '../experiment.js';
import { integer, numbers, type OptionValues, profileNames, seed } from '../options.js';

const options = {
  seed: seed('of operands, chips and photons'),
  profiles: profileNames(
    ['homodyne-tfln', 'freespace-incoherent', 'dmd-bitplane', 'phase-mask'],
    'devices, separated by commas: kinds homodyne-tfln, freespace-incoherent, dmd-bitplane, phase-mask',
  ),
  photons: numbers(
    [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 1000, 10_000, 100_000],
    1e-4,
    1e9,
    'photons per multiply-accumulate, separated by commas',
  ),
  inputs: integer(1024, 16, 4096, 'inputs of a product'),
  outputs: integer(64, 1, 256, 'outputs of the matrix'),
  rows: integer(32, 1, 1024, 'rows that are multiplied'),
  readings: integer(20_000, 100, 1_000_000, 'readings of the product of a single photon'),
} as const;

export type PhotonsOptions = OptionValues<typeof options>;

export const photons = defineExperiment({
  name: 'photons',
  summary: "error of optical devices against detected photons per multiply-accumulate, by their lasers' power",
  options,
  examples: [
    'npx ohmlight lab photons',
    'npx ohmlight lab photons --profiles homodyne-tfln --photons 0.001,0.01,0.1,1',
    'npx ohmlight lab photons --inputs 256 --json',
  ],
  load: async () => (await import('./run.js')).runPhotons,
});
