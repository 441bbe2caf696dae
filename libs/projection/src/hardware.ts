import { type Ledger, type PlacementRules, shareOf } from '@ohmlight/contracts';
import { createDevice, type Device, type DeviceProfile, type MatrixCost } from '@ohmlight/devices';
import type { TileEngine } from '@ohmlight/tile-engine';

/** A device profile as hardware for a model: its costs by shape, each computed once. */
export class Hardware {
  readonly name: string;
  readonly device: Device;
  /** Bytes of memory of one accelerator, where weights lie in one; Infinity where the profile does not say. */
  readonly capacity: number;
  readonly #costs = new Map<string, MatrixCost>();

  constructor(
    readonly profile: DeviceProfile,
    engine: TileEngine,
  ) {
    this.name = profile.name;
    this.device = createDevice(profile, engine);
    const capacity = (profile.parameters as Readonly<Record<string, { value: unknown } | undefined>>)[
      'memory_capacity'
    ];
    this.capacity = typeof capacity?.value === 'number' && capacity.value > 0 ? capacity.value : Infinity;
  }

  /** Whether weights stay in tiles of their own, so that there are as many tiles as weights ask for. */
  get resident(): boolean {
    return this.device.footprint !== undefined;
  }

  cost(k: number, n: number, rows: number): MatrixCost {
    const key = `${k}/${n}/${rows}`;
    let cost = this.#costs.get(key);
    if (!cost) {
      cost = this.device.shapeCost!(k, n, rows);
      this.#costs.set(key, cost);
    }
    return cost;
  }

  /**
   * Executing rows on a matrix: whole where weights stay in tiles, else its columns over `count` devices side by side, which
   * take the time of one and the energy of all.
   */
  execution(k: number, n: number, rows: number, count: number): Ledger {
    if (this.resident || count === 1) return this.cost(k, n, rows).execution;
    const part = Math.ceil(n / count);
    return { ...shareOf(this.cost(k, part, rows).execution, n / part), macs: rows * k * n };
  }
}

/** Every device profile that rules name, as hardware. */
export const hardwareOf = (
  rules: PlacementRules,
  devices: ReadonlyMap<string, DeviceProfile>,
  engine: TileEngine,
): Map<string, Hardware> =>
  new Map(
    [...new Set(rules.map(({ profile }) => profile))].map((name) => [name, new Hardware(devices.get(name)!, engine)]),
  );
