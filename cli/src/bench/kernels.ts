import { createTileEngine } from '@ohmlight/tile-engine';
import { createKernelBench, type KernelBench } from '@ohmlight/tile-engine/bench';
import { type KernelPath, PATHS } from './options.js';
import type { Kernel, Subject } from './subject.js';
import { batch, KEY, program, type Shape } from './workload.js';

/** A thread that is not up by then is reported. */
const AWAKE_MS = 10_000;

/** The code paths that V8 offers here, and the one that the engine picks. */
export interface Paths {
  readonly offered: readonly KernelPath[];
  readonly chosen: string;
}

export function pathsHere(): Paths {
  const offered = PATHS.filter((path) => {
    try {
      createTileEngine({ path }).close();
      return true;
    } catch {
      return false;
    }
  });
  const engine = createTileEngine();
  const chosen = engine.path;
  engine.close();
  return { offered, chosen };
}

/** What runs on one thread; the bare product is one thread's by nature. */
const PARTS: readonly (readonly [Kernel, 'product' | 'readout' | 'call' | 'float'])[] = [
  ['product', 'product'],
  ['readout', 'readout'],
  ['call', 'call'],
  ['f32', 'float'],
];

export interface OurSubjects {
  readonly subjects: readonly Subject[];
  close(): void;
}

/** Our kernels on a shape, on one path and number of threads. */
export async function ourSubjects(shape: Shape, path: KernelPath, threads: number): Promise<OurSubjects> {
  const rows = batch(shape);
  const bench = createKernelBench(path, threads, program(shape, 'constant'), rows, KEY);
  const pcm = createKernelBench(path, threads, program(shape, 'pcm-read'), rows, KEY);
  await awake(bench, threads);
  await awake(pcm, threads);
  const weights = shape.k * shape.n;
  const subject = (kernel: Kernel, call: () => void, bytes: number): Subject => ({
    kernel,
    path,
    threads,
    bytesPerWeight: bytes / weights,
    detail: null,
    run: (count) => seconds(call, count),
  });
  const bytesOf = (kernel: Kernel): number => (kernel === 'f32' ? bench.floatBytes : bench.residentBytes);
  return {
    subjects: [
      ...PARTS.filter(([kernel]) => threads === 1 || kernel !== 'product').map(([kernel, part]) =>
        subject(kernel, () => bench[part](), bytesOf(kernel)),
      ),
      subject('readout-pcm', () => pcm.readout(), pcm.residentBytes),
    ],
    close() {
      bench.close();
      pcm.close();
    },
  };
}

/** As peers/serve.py: some calls first, as other subjects have had the caches since the last sample. */
function seconds(call: () => void, count: number): number {
  for (let i = 0; i < count; i += 2) call();
  const start = performance.now();
  for (let i = 0; i < count; i++) call();
  return (performance.now() - start) / 1e3;
}

async function awake(bench: KernelBench, threads: number): Promise<void> {
  const deadline = performance.now() + AWAKE_MS;
  while (bench.awake() < threads) {
    if (performance.now() > deadline) throw new Error(`a thread of the tile engine did not start in ${AWAKE_MS} ms`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
