import type { DetectorCounts, NoiseTerm, PerOutput } from '@ohmlight/tile-engine';
import { bandwidthOf, darkCounts, type Detector, electronicNoise, relativeIntensity } from './detector.js';
import { transmission } from './link-budget.js';

/**
 * What the two detectors of an output count in one reading, in detected photons (electrons). One analog unit is an
 * input of 1 through a weight of 1.
 */
export interface Light {
  /** Difference of the detectors for an output of one analog unit. */
  readonly gain: number;
  /** Both detectors together: whatever the inputs, ∝ ‖x‖², and ∝ Σ|w||x| (or what the array has in its place). */
  readonly steady: PerOutput;
  readonly power: PerOutput;
  readonly product: PerOutput;
  /** Seconds of a reading. */
  readonly seconds: number;
  /** Detectors of an output that are read, each with electronics and dark current of its own. */
  readonly detectors: number;
  /** Counts of intensity noise that the difference has whatever the inputs, rms. */
  readonly steadyIntensity: number;
  /** Counts that neither detector falls below, whatever the inputs; 0 where nothing is known. */
  readonly floor: number;
}

/**
 * Light of inputs that are intensities, through cells whose rails two photodiodes read: a product of 1 makes
 * n·span·(1 − ε) counts of difference, ε of shut inputs; both photodiodes have n·S·(ε + (1 − ε)·x).
 * @param counts n, of an input of 1 at an output, all its light
 * @param span between the transmissions of the largest weight and of none
 * @param columnLight S: the transmissions of each output's cells, both rails
 */
export function intensityLight(
  p: { readonly extinction_ratio: number; readonly symbol_rate: number },
  counts: number,
  span: number,
  columnLight: Float32Array,
): Light {
  const dark = transmission(p.extinction_ratio);
  return {
    gain: counts * span * (1 - dark),
    steady: columnLight.map((light) => counts * dark * light),
    power: 0,
    product: counts * (1 - dark),
    seconds: 1 / p.symbol_rate,
    detectors: 2,
    steadyIntensity: 0,
    floor: 0,
  };
}

/** Parameters that say how noise is drawn. */
export interface NoiseChoice extends Detector {
  /** `none` leaves all dynamic noise out. */
  readonly noise: 'full' | 'none';
  /** dB/Hz. */
  readonly rin: number;
  readonly poisson_below: number;
}

const mapped = (values: PerOutput, map: (value: number) => number): PerOutput =>
  typeof values === 'number' ? map(values) : values.map(map);
const anyOf = (values: PerOutput): boolean =>
  typeof values === 'number' ? values > 0 : values.some((value) => value > 0);

/**
 * The dynamic noise of a reading in the engine's words. `reach` is the engine's analog unit in analog units of the
 * device.
 *
 * σ² = shot (steady + power·‖x‖² + product·Σ|w||x| + dark counts) + detectors·electronics² + intensity²
 *
 * Where both detectors keep above `poisson_below` counts, or that is 0, shot noise is Gaussian terms; elsewhere the
 * engine draws counts.
 */
export function noiseOf(
  p: NoiseChoice,
  light: Light,
  reach: number,
): { readonly noise: readonly NoiseTerm[]; readonly shot: DetectorCounts | null } {
  if (p.noise === 'none') return { noise: [], shot: null };
  const { gain, power, product, seconds, detectors } = light;
  const perUnit = gain * reach;
  const dark = detectors * darkCounts(p, seconds);
  const electronic = detectors * electronicNoise(p, seconds) ** 2 + light.steadyIntensity ** 2;
  const intensity = relativeIntensity(p.rin, bandwidthOf(seconds));
  const signal: NoiseTerm[] = intensity > NEGLIGIBLE ? [{ kind: 'signal', coefficient: intensity }] : [];
  const constant = (variance: PerOutput): NoiseTerm[] =>
    anyOf(variance) ? [{ kind: 'constant', coefficient: mapped(variance, (v) => Math.sqrt(v) / perUnit) }] : [];
  const steady = mapped(light.steady, (counts) => counts + dark);
  if (p.poisson_below > light.floor)
    return {
      noise: [...constant(electronic), ...signal],
      shot: {
        gain: perUnit,
        dark: steady,
        power,
        product: mapped(product, (counts) => counts * reach),
        poissonBelow: p.poisson_below,
      },
    };
  const noise = [...constant(mapped(steady, (counts) => counts + electronic)), ...signal];
  if (anyOf(power)) noise.push({ kind: 'input-norm', coefficient: mapped(power, (v) => Math.sqrt(v) / perUnit) });
  if (anyOf(product))
    noise.push({ kind: 'abs-product', coefficient: mapped(product, (v) => Math.sqrt(v * reach) / perUnit) });
  return { noise, shot: null };
}

/** Intensity noise below this is no noise: lasers have −100 dB/Hz and less. */
const NEGLIGIBLE = 1e-12;
