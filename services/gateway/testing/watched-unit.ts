import {
  type DigitalUnit,
  type DigitalWeights,
  InlineDigitalUnit,
  type UnitCache,
  type UnitRows,
  type UnitStep,
} from '@ohmlight/transformer';

/** A digital unit that counts its caches and lets a test spoil a step. */
export class WatchedUnit implements DigitalUnit {
  /** Caches that were made and not given back. */
  readonly open = new Set<UnitCache>();
  made = 0;
  /** Called before each step; what it throws the step throws. */
  before: (rows: UnitRows) => void = () => {};
  private readonly inner: InlineDigitalUnit;

  constructor(weights: DigitalWeights) {
    this.inner = new InlineDigitalUnit(weights);
  }

  openCache(): UnitCache {
    const cache = this.inner.openCache();
    const free = cache.free.bind(cache);
    cache.free = () => {
      this.open.delete(cache);
      free();
    };
    this.open.add(cache);
    this.made++;
    return cache;
  }

  async begin(rows: UnitRows): Promise<UnitStep> {
    this.before(rows);
    return this.inner.begin(rows);
  }

  async close(): Promise<void> {
    await this.inner.close();
  }
}
