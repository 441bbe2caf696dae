import { OhmlightError } from '../../../libs/contracts/dist/index.js';
import type { DeviceProfile } from '../../../libs/devices/dist/index.js';

/**
 * Two optical arrays without any error but shot noise, as variants of the shipped profiles: what light alone does to a
 * product. Converters are as fine as the engine has them; `photons: Infinity` shows what they leave.
 *
 * - `homodyne`: balanced photoelectric multiplication at the standard quantum limit, σ(y_i) = ‖W_i‖‖x‖/√(N·n)
 *   (Hamerly et al., Phys. Rev. X 9, 021032, 2019); n counts both trains of a product, detected.
 * - `dual-rail`: intensities through pixels, a detector for each sign, Var(y_i) = (w_max·x_max/c)·Σ_j|w_ij||x_j| with
 *   c counts of a full product; n = c·mean|v||u| of the operands over their full scales, detected.
 */
export const ARRAYS = ['homodyne', 'dual-rail'] as const;
export type ArrayName = (typeof ARRAYS)[number];

const SOURCE = 'test/bench/photons: an array of light alone';
type Values = Readonly<Record<string, number | string>>;

function variant(profile: DeviceProfile, values: Values): DeviceProfile {
  const parameters = { ...(profile.parameters as Record<string, { unit: string }>) };
  for (const [name, value] of Object.entries(values)) {
    const unit = parameters[name]?.unit ?? '1';
    parameters[name] = { value, unit, source: SOURCE } as never;
  }
  return { ...profile, parameters } as DeviceProfile;
}

/** The profile that an array is a variant of. */
export const BASE: Readonly<Record<ArrayName, string>> = {
  homodyne: 'homodyne-basic',
  'dual-rail': 'freespace-incoherent',
};

/** Side of a dual-rail array: laser light is divided among SIDE inputs, SIDE outputs and two rails. */
const SIDE = 256;
const SYMBOL_RATE = 1e8;
const ELECTRON = 1.602176634e-19;

/**
 * An array of light alone.
 *
 * @param photons homodyne: detected photons per product; dual-rail: counts of a full product. `Infinity`: none of their noise.
 */
export function arrayOf(name: ArrayName, base: DeviceProfile, photons: number): DeviceProfile {
  if (!(photons > 0)) throw new OhmlightError('invalid_value', `${photons} photons: give a number above 0`);
  if (name === 'homodyne')
    return variant(base, {
      tile_rows: 256,
      input_bits: 12,
      weight_bits: 11,
      adc_bits: 14,
      adc_clip: 16,
      magnitude_sigma: 0,
      phase_sigma: 0,
      photons_per_mac: photons === Infinity ? 1e15 : photons,
    });
  return variant(base, {
    ...(photons === Infinity ? { noise: 'none' } : {}),
    tile_rows: SIDE,
    array_columns: SIDE,
    weight_encoding: 'dual-rail',
    variance: 'exact',
    input_bits: 12,
    weight_bits: 0,
    adc_bits: 14,
    adc_range_by: 'norms',
    adc_range: 16,
    extinction_ratio: 400,
    leak: 0,
    crosstalk: 0,
    crosstalk_trim: 0,
    input_gain_spread: 0,
    output_gain_spread: 0,
    pixel_spread: 0,
    dark_current: 0,
    load_resistance: 0,
    integration_capacitance: 0,
    read_noise: 0,
    rin: -400,
    symbol_rate: SYMBOL_RATE,
    link_loss: 0,
    responsivity: 1,
    poisson_below: 50,
    laser_power: photons === Infinity ? 1 : photons * SIDE * SIDE * 2 * ELECTRON * SYMBOL_RATE,
  });
}

/** Tiles of a dual-rail array, which its scales belong to. */
export const TILE_ROWS = SIDE;
