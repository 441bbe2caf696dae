import { shardId, type ShardSpec } from '@ohmlight/contracts';
import { raceAborts } from './aborts.js';
import type { LiveCore } from './live-core.js';
import type { WeightSource } from './weight-source.js';

/** Shards programmed at a time per core: one streams while the core freezes the errors of the other. */
const LANES = 2;

interface Lane {
  running: number;
  readonly waiting: (() => void)[];
  readonly underWay: Map<string, Promise<void>>;
}

/** Programs shards onto cores: equal requests coalesce, and a core is never swamped. */
export class ShardProgrammer {
  readonly #source: WeightSource;
  readonly #onProgrammed: (core: LiveCore, spec: ShardSpec) => void;
  readonly #lanes = new WeakMap<LiveCore, Lane>();

  constructor(source: WeightSource, onProgrammed: (core: LiveCore, spec: ShardSpec) => void = () => {}) {
    this.#source = source;
    this.#onProgrammed = onProgrammed;
  }

  /**
   * Resolves once the core holds the shard.
   * @throws OhmlightError the core's or the checkpoint's; `core_unavailable` when the core is lost first.
   */
  ensure(core: LiveCore, spec: ShardSpec): Promise<void> {
    const id = shardId(spec);
    if (core.holds(id)) return Promise.resolve();
    const lane = this.#lane(core);
    let work = lane.underWay.get(id);
    if (!work) {
      work = this.#program(core, lane, spec, id).finally(() => lane.underWay.delete(id));
      lane.underWay.set(id, work);
    }
    return work;
  }

  #lane(core: LiveCore): Lane {
    let lane = this.#lanes.get(core);
    if (!lane) this.#lanes.set(core, (lane = { running: 0, waiting: [], underWay: new Map() }));
    return lane;
  }

  async #program(core: LiveCore, lane: Lane, spec: ShardSpec, id: string): Promise<void> {
    if (lane.running >= LANES) await new Promise<void>((resolve) => lane.waiting.push(resolve));
    else lane.running++;
    try {
      const { alreadyHeld } = await raceAborts(
        (async () => {
          core.lost.throwIfAborted();
          return core.client.program(spec, this.#source.weights(spec), this.#source.calibration?.(spec));
        })(),
        [core.lost],
      );
      core.hold(id);
      if (!alreadyHeld) this.#onProgrammed(core, spec);
    } finally {
      // The place passes straight to the next in line; it is given up where nobody waits.
      const next = lane.waiting.shift();
      if (next) next();
      else lane.running--;
    }
  }
}
