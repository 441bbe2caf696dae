import type { Matrix, PeerName } from '../options.js';
import type { Kernel, Subject } from '../subject.js';
import type { Shape } from '../workload.js';
import { peerPython, Unavailable } from './environment.js';
import { PeerProcess } from './process.js';

/** A peer without rows, and why. */
export interface Missing {
  readonly peer: PeerName;
  readonly reason: string;
  readonly remedy: string;
}

const KERNELS: Record<PeerName, readonly Kernel[]> = {
  openblas: ['openblas'],
  aihwkit: ['aihwkit', 'aihwkit-constant'],
};

/** AIHWKIT's physical tiles are at most this large; a larger matrix would be another thing than its tile. */
const AIHWKIT_SIDE = 512;
const takes = (peer: PeerName, { k, n }: Matrix): boolean =>
  peer === 'openblas' || (k <= AIHWKIT_SIDE && n <= AIHWKIT_SIDE);

/** The peers' processes, and what is missing. */
export class Peers {
  readonly #running = new Map<PeerName, PeerProcess>();
  readonly #missing: Missing[] = [];

  /** Installs what is not there yet and starts every peer; one that cannot be had is among the missing. */
  static async start(names: readonly PeerName[], python: string, say: (progress: string) => void): Promise<Peers> {
    const peers = new Peers();
    for (const peer of names)
      try {
        say(`starting ${peer}`);
        peers.#running.set(peer, await PeerProcess.start(await peerPython(peer, python, say), peer));
      } catch (error) {
        peers.#lose(peer, error);
      }
    return peers;
  }

  get missing(): readonly Missing[] {
    return this.#missing;
  }

  get versions(): Partial<Record<PeerName, string>> {
    return Object.fromEntries([...this.#running].map(([peer, { version }]) => [peer, version]));
  }

  /** The peers' subjects for a shape. */
  async subjects(shape: Shape): Promise<Subject[]> {
    const subjects: Subject[] = [];
    for (const [peer, process] of this.#running) {
      if (!takes(peer, shape)) continue;
      try {
        for (const kernel of KERNELS[peer]) {
          const detail = await process.load(kernel, shape, kernel);
          subjects.push({
            kernel,
            path: null,
            threads: 1,
            bytesPerWeight: null,
            detail,
            run: (count) => this.#run(peer, kernel, count),
          });
        }
      } catch (error) {
        this.#lose(peer, error);
      }
    }
    return subjects.filter(({ kernel }) => [...this.#running.keys()].some((peer) => KERNELS[peer].includes(kernel)));
  }

  /** NaN once the peer is lost: its rows are then left out, the others go on. */
  async #run(peer: PeerName, kernel: Kernel, count: number): Promise<number> {
    try {
      return (await this.#running.get(peer)?.run(kernel, count)) ?? NaN;
    } catch (error) {
      this.#lose(peer, error);
      return NaN;
    }
  }

  close(): void {
    for (const process of this.#running.values()) process.close();
    this.#running.clear();
  }

  #lose(peer: PeerName, error: unknown): void {
    if (!(error instanceof Unavailable)) throw error;
    this.#running.get(peer)?.close();
    this.#running.delete(peer);
    this.#missing.push({ peer, reason: error.reason, remedy: error.remedy });
  }
}
