import { defineExperiment } from '../experiment.js';
import { changes, integer, integers, type OptionValues, profileName } from '../options.js';

const options = {
  profile: profileName('gilbert-opamp-cmos', 'whose amplifiers and resistors: kind gilbert-cmos or gilbert-board'),
  set: changes,
  inputs: integers([2, 4, 8, 16, 32, 64, 128, 256, 512, 1024], 1, 4096, 'numbers of inputs, separated by commas'),
  fanIn: integer(16, 2, 1024, 'inputs of one node of the tree'),
  bits: integer(8, 1, 16, 'bits that a sum settles to'),
} as const;

export type SummingOptions = OptionValues<typeof options>;

export const summing = defineExperiment({
  name: 'summing',
  summary: 'noise, offset, bandwidth and settling of a summing amplifier against its number of inputs',
  options,
  examples: [
    'npx ohmlight lab summing',
    'npx ohmlight lab summing --profile gilbert-board-ad633 --fan-in 8 --json',
    'npx ohmlight lab summing --set gain_bandwidth=1e9 --inputs 16,64,128,256',
  ],
  load: async () => (await import('./run.js')).runSumming,
});
