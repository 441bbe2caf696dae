import { createTileEngine, type TileEngine } from '@ohmlight/tile-engine';
import type { KernelPath, Matrix } from './options.js';
import { batch, KEY, type Noise, program, type Shape } from './workload.js';

/** A comparison with the TypeScript reference. */
export interface Check {
  readonly kernel: 'readout' | 'readout-pcm' | 'f32';
  readonly path: KernelPath;
  readonly rows: number;
  readonly k: number;
  readonly n: number;
  readonly threads: number;
  /** Outputs, or counts of saturation, that differ by a bit or more. */
  readonly different: number;
}

const READOUTS: readonly (readonly [Check['kernel'], Noise])[] = [
  ['readout', 'constant'],
  ['readout-pcm', 'pcm-read'],
];

/** Everything that a kernel answers, as bits. */
function answers(engine: TileEngine, shape: Shape): ReadonlyMap<Check['kernel'], Uint32Array> {
  const rows = batch(shape);
  const all = new Map<Check['kernel'], Uint32Array>();
  for (const [kernel, noise] of READOUTS) {
    const matrix = engine.programTiles(program(shape, noise));
    const { y, dacSaturated, adcSaturated } = engine.readTiles(matrix, rows, KEY);
    matrix.release();
    all.set(kernel, Uint32Array.of(...new Uint32Array(y.buffer), dacSaturated, adcSaturated));
  }
  const matrix = engine.programFloat(program(shape, 'constant').weights, shape.k, shape.n);
  all.set('f32', new Uint32Array(engine.multiplyFloat(matrix, rows).buffer));
  matrix.release();
  return all;
}

/** Compares paths and numbers of threads with the reference, on the program and batch that are measured. */
export function checkKernels(
  rows: readonly number[],
  matrices: readonly Matrix[],
  paths: readonly KernelPath[],
  threads: readonly number[],
): Check[] {
  const checks: Check[] = [];
  const engines = paths.flatMap((path) => threads.map((count) => createTileEngine({ path, threads: count })));
  const reference = createTileEngine({ path: 'typescript' });
  for (const matrix of matrices)
    for (const count of rows) {
      const shape = { ...matrix, rows: count };
      const expected = answers(reference, shape);
      for (const engine of engines)
        for (const [kernel, bits] of answers(engine, shape)) {
          const right = expected.get(kernel)!;
          const different = bits.reduce((sum, value, i) => sum + Number(value !== right[i]), 0);
          checks.push({
            kernel,
            path: engine.path as KernelPath,
            rows: count,
            k: matrix.k,
            n: matrix.n,
            threads: engine.threads,
            different,
          });
        }
    }
  for (const engine of engines) engine.close();
  return checks;
}
