import { defineExperiment } from '../experiment.js';
import { changes, integer, type OptionValues, profileName, seed } from '../options.js';

const options = {
  seed: seed('of the chip whose cell is measured, and of the operands'),
  profile: profileName('gilbert-opamp-cmos', 'whose cell: kind gilbert-cmos, law exponential'),
  set: changes,
  cell: integer(0, 0, 1023, 'which cell of the chip'),
  inputs: integer(256, 2, 1023, 'products of the sum whose SNR is measured'),
  trials: integer(150, 10, 10_000, 'sums of random operands'),
} as const;

export type GilbertOptions = OptionValues<typeof options>;

export const gilbert = defineExperiment({
  name: 'gilbert',
  summary: "a Gilbert cell's transfer surface, its linear range, distortion and SNR against drive",
  options,
  examples: [
    'npx ohmlight lab gilbert',
    'npx ohmlight lab gilbert --cell 3 --seed 7',
    'npx ohmlight lab gilbert --set offset_x=0.02 --set offset_w=0.02 --json',
  ],
  load: async () => (await import('./run.js')).runGilbert,
});
