import { defineExperiment } from '../experiment.js';
import { choice, integer, number, numbers, type OptionValues, seed } from '../options.js';

const options = {
  seed: seed("of the mask's phase errors"),
  size: choice('64', ['32', '64', '128'], 'places of the picture, each way'),
  kernel: choice('letter', ['letter', 'edges', 'blur'], 'what the picture is convolved with'),
  letter: choice('H', ['O', 'H', 'M', 'L', 'I', 'G', 'T'], 'the letter that is looked for'),
  mask: choice('full', ['full', 'phase'], "the kernel's transform, or its phase alone"),
  phaseNoise: number(0, 0, 5, "phase error of the pictured mask's places, standard deviation, rad"),
  sigmas: numbers(
    [0.05, 0.1, 0.2, 0.4, 0.7, 1, 1.4, 2],
    1e-3,
    5,
    'phase errors at which scattered light is measured, rad',
  ),
  masks: integer(16, 2, 1000, 'masks that are drawn for each'),
  wavelength: number(633e-9, 1e-7, 1e-4, 'wavelength, m'),
  pitch: number(8e-6, 1e-7, 1e-2, 'distance between places of the picture, m'),
  focalLength: number(0.2, 1e-3, 100, 'focal length of both lenses, m'),
} as const;

export type FourierOptions = OptionValues<typeof options>;

export const fourier = defineExperiment({
  name: 'fourier',
  summary: 'a 4f correlator that convolves a picture with a mask in the Fourier plane; light that phase errors scatter',
  options,
  examples: [
    'npx ohmlight lab fourier',
    'npx ohmlight lab fourier --kernel edges',
    'npx ohmlight lab fourier --mask phase --letter G --phase-noise 0.5',
  ],
  load: async () => (await import('./run.js')).runFourier,
});
