import { isDeepStrictEqual } from 'node:util';
import type { Clock, ClockStore } from './clock-store.js';

/** Clocks of a gateway that runs its devices in its own process. */
export class MemoryClockStore implements ClockStore {
  readonly #clocks = new Map<string, Clock>();

  async read(profiles: readonly string[]): Promise<ReadonlyMap<string, Clock>> {
    const wanted = new Set(profiles);
    return new Map([...this.#clocks].filter(([profile]) => wanted.has(profile)));
  }

  async replace(profile: string, from: Clock | undefined, to: Clock | undefined): Promise<boolean> {
    if (!isDeepStrictEqual(this.#clocks.get(profile), from)) return false;
    if (to) this.#clocks.set(profile, to);
    else this.#clocks.delete(profile);
    return true;
  }
}
