import { DigitalKernels, type DigitalKernelsOptions, digitalKernelModule } from '@ohmlight/tile-engine/digital';
import type { DigitalWeights } from './digital-unit.js';
import { KernelDigitalUnit } from './kernel-digital-unit.js';
import { ThreadExecutor } from './kernel-executor.js';

export interface WorkerDigitalUnitOptions extends DigitalKernelsOptions {
  /** Most floating point operations of a call that the calling thread makes itself. */
  readonly inlineFlops?: number;
}

/**
 * The digital unit with a thread of its own, so that attention and norms never hold up the event loop; calls that
 * take no longer than handing them over stay in the calling thread.
 *
 * A thread that dies fails the steps under way. What the caches held before is still there, and the next step starts
 * another thread.
 */
export class WorkerDigitalUnit extends KernelDigitalUnit {
  /** @throws OhmlightError `capacity_exceeded` */
  constructor(weights: DigitalWeights, { inlineFlops, module, path, ...rest }: WorkerDigitalUnitOptions = {}) {
    const kernels = new DigitalKernels({ ...rest, module: module ?? digitalKernelModule(path) });
    super(weights, kernels, new ThreadExecutor(kernels, inlineFlops));
  }
}
