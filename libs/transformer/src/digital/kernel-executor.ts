import { type DigitalKernels, type KernelCall, KernelThread } from '@ohmlight/tile-engine/digital';

/** Makes calls to the kernels, wherever. */
export interface KernelExecutor {
  /**
   * @param flops About how much the calls have to do.
   * @returns Nothing where the calls are made, a promise where they are under way.
   * @throws OhmlightError where they could not be made.
   */
  run(calls: readonly KernelCall[], flops: number): void | Promise<void>;
  close(): Promise<void>;
}

/** Makes every call in the calling thread. */
export class InlineExecutor implements KernelExecutor {
  constructor(private readonly kernels: DigitalKernels) {}

  run(calls: readonly KernelCall[]): void {
    this.kernels.call(calls);
  }

  async close(): Promise<void> {}
}

/**
 * Most floating point operations of a call that the calling thread makes itself: some tens of microseconds. Handing a
 * call over and taking its result back holds the thread up as long.
 */
export const INLINE_FLOPS = 400_000;

/** Makes long calls in a thread of their own, short ones in the calling thread. */
export class ThreadExecutor implements KernelExecutor {
  readonly thread: KernelThread;

  /** @param inlineFlops Most operations of a short call. */
  constructor(
    private readonly kernels: DigitalKernels,
    private readonly inlineFlops = INLINE_FLOPS,
  ) {
    this.thread = new KernelThread(kernels);
  }

  run(calls: readonly KernelCall[], flops: number): void | Promise<void> {
    if (flops > this.inlineFlops) return this.thread.call(calls);
    this.kernels.call(calls);
  }

  close(): Promise<void> {
    return this.thread.close();
  }
}
