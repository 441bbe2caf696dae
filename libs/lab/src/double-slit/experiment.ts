import { defineExperiment } from '../experiment.js';
import { integer, number, type OptionValues, seed } from '../options.js';

const options = {
  seed: seed('of the phases and the photons'),
  wavelength: number(633e-9, 1e-7, 1e-4, 'wavelength, m'),
  separation: number(250e-6, 1e-7, 0.1, 'distance between the centres of the slits, m'),
  width: number(40e-6, 1e-8, 0.1, 'width of a slit, m'),
  distance: number(1, 1e-3, 1000, 'distance of the screen, or focal length of the lens before it, m'),
  ratio: number(1, 1e-4, 1, 'light of the second slit over that of the first'),
  phaseNoise: number(0, 0, 5, 'phase between the slits from shot to shot, standard deviation, rad'),
  orders: integer(4, 1, 20, 'minima to measure on one side of the axis'),
  shots: integer(10_000, 10, 100_000, 'exposures that a visibility is measured from'),
  photons: integer(20_000, 1, 100_000_000, 'photons that the camera expects'),
} as const;

export type DoubleSlitOptions = OptionValues<typeof options>;

export const doubleSlit = defineExperiment({
  name: 'double-slit',
  summary: 'fringes of two slits: minima, visibility and photon counts against the closed form',
  options,
  examples: [
    'npx ohmlight lab double-slit',
    'npx ohmlight lab double-slit --ratio 0.25 --phase-noise 0.7',
    'npx ohmlight lab double-slit --photons 500 --json',
  ],
  load: async () => (await import('./run.js')).runDoubleSlit,
});
