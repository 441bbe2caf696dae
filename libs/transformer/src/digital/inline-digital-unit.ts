import type { Operation } from '@ohmlight/contracts';
import type { DigitalKernelsOptions } from '@ohmlight/tile-engine/digital';
import { DigitalCore } from './digital-core.js';
import type { DigitalUnit, DigitalWeights, UnitCache, UnitRows, UnitStep } from './digital-unit.js';

class InlineCache implements UnitCache {
  constructor(
    readonly core: DigitalCore,
    readonly id: number,
  ) {}

  free(): void {
    this.core.freeCache(this.id);
  }
}

/** The digital unit in the calling thread: for tools and tests, where nobody else waits for the thread. */
export class InlineDigitalUnit implements DigitalUnit {
  private readonly core: DigitalCore;
  private caches = 0;
  private steps = 0;

  constructor(weights: DigitalWeights, options?: DigitalKernelsOptions) {
    this.core = new DigitalCore(weights, options);
  }

  /** Bytes that weights, caches and steps take. */
  get usedBytes(): number {
    return this.core.usedBytes;
  }

  openCache(): UnitCache {
    return new InlineCache(this.core, this.caches++);
  }

  async begin({ tokens, positions, caches, wanted }: UnitRows): Promise<UnitStep> {
    const { core } = this;
    const id = this.steps++;
    const ids = Uint32Array.from(caches, (cache) => (cache as InlineCache).id);
    const x = core.begin(id, { tokens, positions, caches: ids, wanted });
    return {
      x,
      after: async (layer: number, operation: Operation, y: Float32Array) => core.after(id, layer, operation, y),
      end: () => core.end(id),
    };
  }

  async close(): Promise<void> {}
}
