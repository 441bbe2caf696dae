import { OhmlightError, type Operation } from '@ohmlight/contracts';
import { type DigitalKernelsOptions, digitalKernelModule } from '@ohmlight/tile-engine/digital';
import type { DigitalUnit, DigitalWeights, UnitCache, UnitRows, UnitStep } from './digital-unit.js';
import { UnitThread } from './unit-thread.js';
import type { WorkerStart } from './worker-protocol.js';

class WorkerCache implements UnitCache {
  /** The thread that holds the cache, once a step has used it. */
  thread: UnitThread | undefined;

  constructor(readonly id: number) {}

  free(): void {
    this.thread?.notify({ type: 'free', cache: this.id });
    this.thread = undefined;
  }
}

/**
 * The digital unit in a thread of its own, so that attention and norms never hold up the event loop. A call is one
 * small message each way; activations change hands without a copy on the thread's side.
 *
 * A thread that dies fails the steps under way and takes the caches with it; the next step starts another, and a
 * sequence whose cache is lost fails with its reason when it is used.
 */
export class WorkerDigitalUnit implements DigitalUnit {
  private readonly start: Omit<WorkerStart, 'bell'>;
  private thread: UnitThread | undefined;
  private caches = 0;
  private steps = 0;
  private closed = false;

  /** @throws OhmlightError `internal_error` where the thread's entry is not built. */
  constructor(weights: DigitalWeights, { module, path, limitBytes }: DigitalKernelsOptions = {}) {
    this.start = { weights: shared(weights), module: module ?? digitalKernelModule(path), limitBytes };
    this.thread = new UnitThread(this.start);
  }

  /** Of the thread, for those who watch it; undefined while none runs. */
  get threadId(): number | undefined {
    return this.thread?.alive ? this.thread.id : undefined;
  }

  openCache(): UnitCache {
    return new WorkerCache(this.caches++);
  }

  async begin({ tokens, positions, caches, wanted }: UnitRows): Promise<UnitStep> {
    const thread = this.current();
    const id = this.steps++;
    const held = caches as readonly WorkerCache[];
    held.forEach((cache, row) => {
      if (cache.thread !== thread && positions[row]! > 0) throw lost();
      cache.thread = thread;
    });
    const ids = Uint32Array.from(held, (cache) => cache.id);
    const x = await thread.ask({ type: 'begin', step: id, rows: { tokens, positions, caches: ids, wanted } });
    return {
      x,
      after: (layer: number, operation: Operation, y: Float32Array) => {
        // The matmul's reply stays the caller's: what changes hands is a copy.
        const copy = new Float32Array(y);
        return thread.ask({ type: 'after', step: id, layer, operation, y: copy }, [copy.buffer]);
      },
      end: () => thread.notify({ type: 'end', step: id }),
    };
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.thread?.stop(new OhmlightError('shutting_down', 'the digital unit is closed'));
  }

  /** The thread, started anew where it has died. */
  private current(): UnitThread {
    if (this.closed) throw new OhmlightError('shutting_down', 'the digital unit is closed');
    if (!this.thread?.alive) this.thread = new UnitThread(this.start);
    return this.thread;
  }
}

const lost = (): OhmlightError =>
  new OhmlightError(
    'internal_error',
    "the digital unit's thread died and took the sequence's KV cache with it; send the request again",
  );

/** The weights in memory that threads share: a thread that is started anew reads them again. */
function shared({ config, embedding, norms, finalNorm }: DigitalWeights): DigitalWeights {
  return {
    config,
    embedding: inSharedMemory(embedding),
    norms: norms.map(({ attention, ffn }) => ({ attention: inSharedMemory(attention), ffn: inSharedMemory(ffn) })),
    finalNorm: inSharedMemory(finalNorm),
  };
}

function inSharedMemory(values: Float32Array): Float32Array {
  if (values.buffer instanceof SharedArrayBuffer) return values;
  const copy = new Float32Array(new SharedArrayBuffer(values.byteLength));
  copy.set(values);
  return copy;
}
