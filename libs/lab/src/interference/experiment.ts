import { defineExperiment } from '../experiment.js';
import { integer, number, numbers, type OptionValues, seed } from '../options.js';

const options = {
  seed: seed('of operands and photons'),
  inputs: integer(64, 1, 4096, 'inputs of a product'),
  products: integer(400, 20, 20_000, 'products that an error is measured from'),
  reference: number(10, 1e-3, 1e6, "light of the reference, or of the anchor, over the inputs' at a detector: R²/|S|²"),
  photons: numbers(
    [10, 30, 100, 300, 1000, 3000, 10_000, 100_000, 1_000_000],
    1e-3,
    1e9,
    'photons of a product, inputs and reference in all exposures',
  ),
  draws: integer(10_000, 100, 1_000_000, 'readings that a variance is measured from'),
} as const;

export type InterferenceOptions = OptionValues<typeof options>;

export const interference = defineExperiment({
  name: 'interference',
  summary: 'a signed product out of intensities, three ways: error against photons, variance against the reference',
  options,
  examples: [
    'npx ohmlight lab interference',
    'npx ohmlight lab interference --reference 1 --photons 1,10,100,1000',
    'npx ohmlight lab interference --inputs 1024 --json',
  ],
  load: async () => (await import('./run.js')).runInterference,
});
