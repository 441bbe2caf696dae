import { exp } from '@ohmlight/tile-engine';
import type { Profiles } from '@ohmlight/devices';
import { symbolCounts, valuesOf } from '@ohmlight/devices/optical';
import { SHOT_LAWS } from './laws.js';
import { largestOf, operandsOf } from './operands.js';
import { productOf, withValues } from './reading.js';

/** P(n) of Poisson's law, n = 0 … length − 1. */
export function poissonLaw(mean: number, length: number): Float64Array {
  const law = new Float64Array(length);
  law[0] = exp(-mean);
  for (let n = 1; n < length; n++) law[n] = (law[n - 1]! * mean) / n;
  return law;
}

/** P(d) of the difference d = n₁ − n₂ of two Poisson counts (Skellam, 1946), d = −reach … reach. */
export function skellamLaw(first: number, second: number, reach: number): Float64Array {
  const length = Math.ceil(first + second + 12 * Math.sqrt(first + second) + 20);
  const [one, two] = [poissonLaw(first, length), poissonLaw(second, length)];
  return Float64Array.from({ length: 2 * reach + 1 }, (_, i) => {
    const d = i - reach;
    let sum = 0;
    for (let n = Math.max(0, d); n < length && n - d < length; n++) sum += one[n]! * two[n - d]!;
    return sum;
  });
}

/** How often a balanced detector reads a difference of d photons, and how often it should. */
export interface Differences {
  readonly readings: number;
  /** Means of both detectors. */
  readonly means: readonly [number, number];
  readonly reach: number;
  /** Share of the readings and probability, of d = −reach … reach. */
  readonly shares: Float64Array;
  readonly law: Float64Array;
}

const NAME = 'homodyne-tfln';
const INPUTS = 256;

/** Reads one product of a homodyne array again and again at so many photons in all, shot noise alone. */
export function differences(profiles: Profiles, photons: number, readings: number, seed: bigint): Differences {
  const shipped = profiles.devices.get(NAME)!;
  const law = SHOT_LAWS.get(NAME)!;
  const { weights, x } = operandsOf(seed, INPUTS, 1, 1);
  const [largest, brightest] = [largestOf(weights), largestOf(x)];
  const at = (power: number) => withValues(shipped, { ...law.bare, laser_power: power, tile_rows: INPUTS });
  const p = (power: number) => valuesOf(at(power).parameters as never);
  const v = Float64Array.from(weights, (value) => value / largest);
  const levels = Float64Array.from(x, (value) => Math.round((value / brightest) * 2047) / 2047);
  const power = photons / law.shotOf(p(1))(v, levels).photons;
  const perUnit = 2 * symbolCounts(p(power));
  const rows = Float32Array.from({ length: readings * INPUTS }, (_, i) => x[i % INPUTS]!);
  const y = productOf(
    at(power),
    { inputs: INPUTS, outputs: 1, rows: readings, weights, x: rows, exact: new Float64Array(readings) },
    seed,
  );
  const counts = y.map((value) => (value / (largest * brightest)) * perUnit);
  const difference = perUnit * v.reduce((sum, value, j) => sum + value * levels[j]!, 0);
  const means = [(photons + difference) / 2, (photons - difference) / 2] as const;
  const reach = Math.ceil(Math.abs(difference) + 5 * Math.sqrt(photons) + 1);
  const shares = new Float64Array(2 * reach + 1);
  counts.forEach((count) => {
    const d = Math.round(count);
    if (Math.abs(d) <= reach) shares[d + reach]! += 1 / readings;
  });
  return { readings, means, reach, shares, law: skellamLaw(...means, reach) };
}
