import {
  contrast,
  countsOf,
  type Dmd,
  type Freespace,
  type HomodyneTfln,
  lightOfRails,
  mirrorCounts,
  type PhaseMask,
  pixelCounts,
  planeCode,
  planesOf,
  railsOfProfile,
  symbolCounts,
  transmission,
} from '@ohmlight/devices/optical';

/** Photons of one output in one tile, all readings and detectors, and the variance that their shot noise makes. */
export interface Shot {
  readonly photons: number;
  /** Of Σ v·x, v and x in parts of their largest. */
  readonly variance: number;
}

/** A technology's shot noise, and the values that leave a profile of it with that noise alone. */
export interface ShotLaw {
  /** Parameters that take static error, electronics, intensity noise and converters away. */
  readonly bare: Readonly<Record<string, unknown>>;
  /** By a profile's link budget, of a product of weights v and inputs x; photons are proportional to the laser's power. */
  shotOf(p: never): (v: Float64Array, x: Float64Array) => Shot;
}

const sumOf = (v: Float64Array, x: Float64Array, of: (v: number, x: number) => number): number => {
  let sum = 0;
  for (let j = 0; j < v.length; j++) sum += of(v[j]!, x[j]!);
  return sum;
};

const QUIET = { input_bits: 12, adc_bits: 0, dark_current: 0, rin: -400 } as const;

/** Trains α·x and β·v of equal light to a full symbol: α²(‖x‖² + ‖v‖²) photons, of which 2α²·Σvx is the difference. */
const homodyne: ShotLaw = {
  bare: { ...QUIET, weight_bits: 0, magnitude_sigma: 0, phase_sigma: 0, integration_capacitance: 0 },
  shotOf(p: HomodyneTfln) {
    const counts = symbolCounts(p);
    return (v, x) => {
      const photons = counts * sumOf(v, x, (w, a) => a * a + w * w);
      return { photons, variance: photons / (2 * counts) ** 2 };
    };
  },
};

/** Rails P and Q under |x|: n·Σ(P + Q)|x| photons, n·κ·Σvx of difference; an offset has one rail of half the contrast. */
const freespace: ShotLaw = {
  bare: {
    ...QUIET,
    weight_bits: 0,
    load_resistance: 0,
    input_gain_spread: 0,
    output_gain_spread: 0,
    pixel_spread: 0,
    crosstalk_trim: 0,
  },
  shotOf(p: Freespace) {
    const counts = pixelCounts(p);
    const rails = railsOfProfile(p);
    const offset = p.weight_encoding === 'offset';
    const gain = counts * (offset ? (1 - rails.dark) / 2 : contrast(rails));
    const light = (w: number): number =>
      offset ? rails.dark + ((1 - rails.dark) * (1 + w)) / 2 : lightOfRails(w, rails);
    return (v, x) => {
      const photons = counts * sumOf(v, x, (w, a) => light(w) * Math.abs(a));
      return { photons, variance: photons / gain ** 2 };
    };
  },
};

/** A plane's mirrors under |x|: each plane's photons are weighted with 2^k, their variance with 4^k. */
const dmd: ShotLaw = {
  bare: { ...QUIET, read_noise: 0 },
  shotOf(p: Dmd) {
    const counts = mirrorCounts(p);
    const dark = transmission(p.extinction_ratio);
    const most = 2 ** p.planes - 1;
    // Light of a code's planes, and the same weighted with 4^k.
    const light = Float64Array.from({ length: most + 1 }, (_, code) =>
      planesOf(code, p.planes).reduce((sum, bit) => sum + 2 * dark + (1 - dark) * bit, 0),
    );
    const squares = light.map((_, code) =>
      planesOf(code, p.planes).reduce((sum, bit, plane) => sum + 4 ** plane * (2 * dark + (1 - dark) * bit), 0),
    );
    return (v, x) => {
      const photons = counts * sumOf(v, x, (w, a) => Math.abs(a) * light[planeCode(w, p.planes)]!);
      const weighted = counts * sumOf(v, x, (w, a) => Math.abs(a) * squares[planeCode(w, p.planes)]!);
      return { photons, variance: weighted / (counts * most * (1 - dark)) ** 2 };
    };
  },
};

/** |S|² + R² photons, ⟨|S|²⟩ = α²‖x‖², in one reading of both ports or four of one; twice in three exposures. */
const phaseMask: ShotLaw = {
  bare: { ...QUIET, weight_bits: 0, load_resistance: 0, phase_error: 0, phase_jitter: 0, phase_drift: 0 },
  shotOf(p: PhaseMask) {
    const { input, reference } = countsOf(p);
    const factor = p.detection === 'balanced' ? 1 : 2;
    return (_, x) => {
      const once = input * sumOf(x, x, (a) => a * a) + reference;
      const variance = once / (4 * input * reference);
      return { photons: factor * once, variance: p.detection === 'three-exposure' ? 2 * variance : variance };
    };
  },
};

export const SHOT_LAWS: ReadonlyMap<string, ShotLaw> = new Map([
  ['homodyne-tfln', homodyne],
  ['freespace-incoherent', freespace],
  ['dmd-bitplane', dmd],
  ['phase-mask', phaseMask],
]);
