import { DigitalKernels, type DigitalKernelsOptions } from '@ohmlight/tile-engine/digital';
import type { DigitalWeights } from './digital-unit.js';
import { KernelDigitalUnit } from './kernel-digital-unit.js';
import { InlineExecutor } from './kernel-executor.js';

/** The digital unit in the calling thread: for tools and tests, where nobody else waits for the thread. */
export class InlineDigitalUnit extends KernelDigitalUnit {
  /** @throws OhmlightError `capacity_exceeded` */
  constructor(weights: DigitalWeights, options?: DigitalKernelsOptions) {
    const kernels = new DigitalKernels(options);
    super(weights, kernels, new InlineExecutor(kernels));
  }
}
