import { defineExperiment } from '../experiment.js';
import { changes, choice, integer, number, type OptionValues, profileName, seed } from '../options.js';
import { RECTIFIERS } from './rectifiers.js';

const options = {
  seed: seed('of the data and the first weights; the first chip has it too'),
  profile: profileName('gilbert-opamp-cmos', 'whose multipliers and amplifiers: kind gilbert-cmos or gilbert-board'),
  set: changes,
  rectifier: choice(
    'clamp',
    RECTIFIERS,
    'ReLU between layers: MOSFET clamp, diode in a loop, bare diode, or max(0, v)',
  ),
  train: choice('fp32', ['fp32', 'circuit'], 'circuit trains on with the laws of the circuit in the loop'),
  noise: number(1, 0, 1000, "factor on the amplifiers' and cells' noise"),
  mismatch: number(1, 0, 1000, 'factor on all static errors of a chip'),
  chips: integer(10, 1, 1000, 'chips to draw'),
  repeats: integer(5, 1, 1000, 'readings of each chip, with noise of their own'),
  hidden: integer(16, 2, 128, 'width of each of the two hidden layers'),
  points: integer(400, 20, 5000, 'training points, and as many test points'),
  turns: number(1.5, 0.25, 4, 'turns of each spiral'),
  spread: number(0.025, 0, 0.5, 'standard deviation of a point about its spiral'),
  epochs: integer(1200, 1, 100_000, 'steps of training in fp32'),
} as const;

export type MlpOptions = OptionValues<typeof options>;

export const mlp = defineExperiment({
  name: 'mlp',
  summary: 'a small perceptron through Gilbert cells, summing amplifiers and rectifiers, against fp32',
  options,
  examples: [
    'npx ohmlight lab mlp',
    'npx ohmlight lab mlp --profile gilbert-board-ad633 --rectifier diode --train circuit',
    'npx ohmlight lab mlp --set predistortion=none --set predistortion_residual=0 --train circuit',
  ],
  load: async () => (await import('./run.js')).runMlp,
});
