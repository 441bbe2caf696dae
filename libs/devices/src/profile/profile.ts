import type { PlacementRules, Pool } from '@ohmlight/contracts';
import type { DigitalParameters } from '../digital/parameters.js';
import type { ChainParameters } from '../electronic/chain/parameters.js';
import type { DigitalUnitParameters, HomodyneParameters } from './parameters.js';
import type { Quantity } from './quantity.js';

/** A device datasheet: the kind says which physics reads the parameters. */
export interface ProfileWith<P> {
  /** The file's name without its ending; jobs, placements and metrics use it. */
  readonly name: string;
  readonly pool: Pool;
  readonly kind: string;
  readonly title: string;
  readonly description: string;
  readonly parameters: P;
  /** What stands between the arrays of a fused `ffn`; absent where the device has no chain. */
  readonly chain?: ChainParameters | undefined;
}

/** A profile of any kind, checked against its kind's table. */
export type DeviceProfile = ProfileWith<Readonly<Record<string, Quantity<unknown>>>>;
export type DigitalProfile = ProfileWith<DigitalParameters>;
export type HomodyneProfile = ProfileWith<HomodyneParameters>;

/** Costs of what lies between the matmuls; charged to every placement alike. */
export interface DigitalUnitProfile {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly parameters: DigitalUnitParameters;
}

/** Which device profile runs which matrix. */
export interface Placement {
  readonly name: string;
  readonly description: string;
  readonly rules: PlacementRules;
  /** False where calibrations are left out even where there are any. */
  readonly calibrated?: boolean;
  /** File it was read from; absent where it stands for a device profile's own name. */
  readonly file?: string;
}

export interface Profiles {
  readonly devices: ReadonlyMap<string, DeviceProfile>;
  /** Holds one placement for each device profile's own name, too. */
  readonly placements: ReadonlyMap<string, Placement>;
  readonly digitalUnit: DigitalUnitProfile;
}

/** The placement of the fp32 answer, which others are compared with. A checkpoint's name alone means it. */
export const REFERENCE_PLACEMENT = 'digital-fp32';
