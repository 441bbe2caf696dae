import type { KernelPath } from './options.js';
import type { Noise } from './workload.js';

/** Everything that a row of the bench may be about. */
export const KERNELS = [
  'product',
  'readout',
  'readout-pcm',
  'call',
  'f32',
  'openblas',
  'aihwkit',
  'aihwkit-constant',
] as const;
export type Kernel = (typeof KERNELS)[number];

/** The non-idealities of the kernels that have some. */
export const NOISE: Partial<Record<Kernel, Noise>> = {
  readout: 'constant',
  call: 'constant',
  'readout-pcm': 'pcm-read',
  aihwkit: 'pcm-read',
  'aihwkit-constant': 'constant',
};

/** Something that is measured: one kernel of ours, or of a peer, on one shape. */
export interface Subject {
  readonly kernel: Kernel;
  /** Null where it is not ours. */
  readonly path: KernelPath | null;
  readonly threads: number;
  readonly bytesPerWeight: number | null;
  /** What exactly is called, where the kernel's name leaves that open. */
  readonly detail: string | null;
  /** Calls it half as often to warm up, and then `count` times; resolves to the seconds that the latter took. */
  run(count: number): number | Promise<number>;
}
