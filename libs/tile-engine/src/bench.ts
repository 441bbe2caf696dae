import type { RowBatch } from '@ohmlight/contracts';
import type { NoiseKey, TileProgram } from './engine.js';
import { multiplyFloatJob, placeFloats } from './wasm/float-job.js';
import { readTilesJob } from './wasm/job.js';
import type { KernelPath } from './wasm/module.js';
import { compile, place } from './wasm/program.js';
import { WasmEngine } from './wasm/wasm-engine.js';

/** The parts of a job, each to be called again and again, for measurements. */
export interface KernelBench {
  /** Bytes that the programmed tiles take, coefficients included. */
  readonly residentBytes: number;
  readonly floatBytes: number;
  /** Threads that are up and share a job, this one included. */
  awake(): number;
  /** Integer products of codes that are packed, nothing else: 32-bit sums of every tile. */
  product(): void;
  /** DAC, product, noise, ADC, accumulation: a whole job in the kernels, without copies to and from JavaScript. */
  readout(): void;
  /** The f32 product, rows packed anew. */
  float(): void;
  /** A call of `readTiles` as devices make it. */
  call(): void;
  close(): void;
}

/** @throws OhmlightError as the engine's programming does. */
export function createKernelBench(
  path: KernelPath,
  threads: number,
  program: TileProgram,
  batch: RowBatch,
  key: NoiseKey,
): KernelBench {
  const engine = new WasmEngine(path, threads);
  const matrix = engine.programTiles(program);
  const compiled = compile(program);
  const { arena, run, awake } = engine.parts();
  const tiles = place(arena, program, compiled);
  const floats = placeFloats(arena, program.weights, program.k, program.n);
  const wide = path === 'wide';
  const macs = batch.rows * program.k * program.n;
  // The job that lies in the arena's workspace, if any: each kind is laid out over the other.
  let job = 0;
  let floatJob = 0;
  const prepare = (): void => {
    floatJob = 0;
    readTilesJob(arena, tiles, batch, key, wide, (at, address, work) => {
      job = address;
      run(at, address, work);
    });
  };
  const prepareFloat = (): void => {
    job = 0;
    multiplyFloatJob(arena, floats, batch, wide, (at, address, work) => {
      floatJob = address;
      run(at, address, work);
    });
  };
  return {
    residentBytes: tiles.bytes,
    floatBytes: floats.bytes,
    awake: () => 1 + awake(),
    product() {
      if (job === 0) prepare();
      arena.kernels.products(job, arena.scratches[0]!);
    },
    readout() {
      if (job === 0) prepare();
      arena.kernels.convertInputs(job, arena.scratches[0]!);
      run(arena, job, macs);
    },
    float() {
      if (floatJob === 0) prepareFloat();
      arena.kernels.packFloats(floatJob);
      run(arena, floatJob, macs);
    },
    call() {
      job = 0;
      floatJob = 0;
      engine.readTiles(matrix, batch, key);
    },
    close() {
      engine.close();
    },
  };
}
