import { OhmlightError, type RowBatch } from '@ohmlight/contracts';
import { checkWeights } from '../checks.js';
import type {
  ChainProgram,
  ChainReading,
  ChainStage,
  FloatMatrix,
  NoiseKey,
  Reading,
  TileChain,
  TileEngine,
  TileMatrix,
  TileProgram,
} from '../engine.js';
import { checkChain } from '../prepare.js';
import type { Weights } from '../weights.js';
import { Arena } from './arena.js';
import { placeCircuit, type ResidentCircuit } from './circuit.js';
import { multiplyFloatJob, placeFloats, type ResidentFloats } from './float-job.js';
import { readChainJob, readTilesJob, type Run } from './job.js';
import { J_BUSY, J_NEXT } from './layout.js';
import { type KernelPath, kernelModule } from './module.js';
import { compile, place, type ResidentTiles } from './program.js';
import { Threads } from './threads.js';
import type { Module } from './web-assembly.js';

/** Work below this many multiplications is done before another thread is awake. */
const SHARED_MACS = 2 ** 22;
/** A thread that needs longer is lost. */
const JOIN_NANOSECONDS = 30_000_000_000n;
/** Memories of 4 GiB. */
const ARENAS_MOST = 64;

interface WasmTiles extends TileMatrix {
  readonly arena: Arena;
  readonly resident: ResidentTiles;
}

interface WasmChain extends TileChain {
  readonly arena: Arena;
  readonly first: ResidentTiles;
  readonly stage: ChainStage;
  readonly circuit: ResidentCircuit | null;
  readonly second: ResidentTiles;
}

interface WasmFloats extends FloatMatrix {
  readonly arena: Arena;
  readonly floats: ResidentFloats;
}

/** The engine on the WebAssembly kernels. */
export class WasmEngine implements TileEngine {
  readonly path: KernelPath;
  readonly #module: Module;
  readonly #arenas: Arena[] = [];
  readonly #threadCount: number;
  #threads: Threads | undefined;
  /** Blocks whose owner was collected without a release. */
  readonly #forgotten = new FinalizationRegistry<() => void>((release) => release());

  /** `sharedMacs`: multiplications from which on a job is shared among threads that are up. */
  constructor(
    path: KernelPath,
    threads: number,
    private readonly sharedMacs = SHARED_MACS,
    module = kernelModule(path),
  ) {
    if (!(Number.isInteger(threads) && threads >= 1 && threads <= 64))
      throw new OhmlightError('invalid_value', `an engine runs on 1 to 64 threads, not ${threads}`);
    this.path = path;
    this.#module = module;
    this.#threadCount = threads;
    if (threads > 1) this.#threads = new Threads(this.#module, threads - 1);
  }

  get threads(): number {
    return this.#threadCount;
  }

  /** Threads beside the caller's that are up and take part in a job. */
  get helpers(): number {
    return this.#threads?.ready ?? 0;
  }

  programTiles(program: TileProgram<Weights>): TileMatrix {
    const compiled = compile(program);
    const { arena, value: tiles } = this.#inArena((arena) => place(arena, program, compiled));
    const { k, n, tileRows, tiles: count, slices, weightLimit } = compiled;
    const release = this.#releaseOf(arena, [tiles.address]);
    const matrix: WasmTiles = {
      k,
      n,
      tileRows,
      tiles: count,
      slices,
      weightLimit,
      residentBytes: tiles.bytes,
      arena,
      resident: tiles,
      release,
    };
    this.#forgotten.register(matrix, release);
    return matrix;
  }

  readTiles(matrix: TileMatrix, batch: RowBatch, key: NoiseKey): Reading {
    const { arena, resident } = own<WasmTiles>(matrix, 'resident');
    return readTilesJob(arena, resident, batch, key, this.#wide, this.#run);
  }

  programChain(program: ChainProgram): TileChain {
    checkChain(program);
    const first = compile(program.first);
    const second = compile(program.second);
    const { arena, value } = this.#inArena((arena) => {
      const placed: number[] = [];
      const keep = <R extends { readonly address: number }>(resident: R): R => {
        placed.push(resident.address);
        return resident;
      };
      const { circuit } = program.stage;
      try {
        return {
          first: keep(place(arena, program.first, first)),
          second: keep(place(arena, program.second, second)),
          circuit: circuit ? keep(placeCircuit(arena, circuit, second.k)) : null,
        };
      } catch (error) {
        for (const address of placed) arena.allocator.free(address);
        throw error;
      }
    });
    const { circuit } = value;
    const blocks = [value.first, value.second, ...(circuit ? [circuit] : [])];
    const release = this.#releaseOf(
      arena,
      blocks.map(({ address }) => address),
    );
    const chain: WasmChain = {
      k: first.k,
      n: second.n,
      residentBytes: blocks.reduce((sum, { bytes }) => sum + bytes, 0),
      arena,
      ...value,
      stage: program.stage,
      release,
    };
    this.#forgotten.register(chain, release);
    return chain;
  }

  readChain(chain: TileChain, batch: RowBatch, key: NoiseKey): ChainReading {
    const { arena, first, stage, circuit, second } = own<WasmChain>(chain, 'stage');
    return readChainJob(arena, first, stage, circuit?.address ?? 0, second, batch, key, this.#wide, this.#run);
  }

  programFloat(weights: Float32Array, k: number, n: number): FloatMatrix {
    checkWeights(weights, k, n);
    const { arena, value: floats } = this.#inArena((arena) => placeFloats(arena, weights, k, n));
    const release = this.#releaseOf(arena, [floats.address]);
    const matrix: WasmFloats = {
      k,
      n,
      residentBytes: floats.bytes,
      arena,
      floats,
      release,
    };
    this.#forgotten.register(matrix, release);
    return matrix;
  }

  multiplyFloat(matrix: FloatMatrix, batch: RowBatch): Float32Array {
    const { arena, floats } = own<WasmFloats>(matrix, 'floats');
    return multiplyFloatJob(arena, floats, batch, this.#wide, this.#run);
  }

  close(): void {
    this.#threads?.close();
    this.#threads = undefined;
    this.#arenas.length = 0;
  }

  /** An arena, what runs jobs on it, and how many threads beside this one are up, for measurements of the parts. */
  parts(): { readonly arena: Arena; readonly run: Run; readonly awake: () => number } {
    return { arena: this.#inArena((arena) => arena).arena, run: this.#run, awake: () => this.#threads?.ready ?? 0 };
  }

  get #wide(): boolean {
    return this.path === 'wide';
  }

  /** Places something in the first arena with room, or in a new one. */
  #inArena<T>(placeIn: (arena: Arena) => T): { readonly arena: Arena; readonly value: T } {
    for (const arena of this.#arenas)
      try {
        return { arena, value: placeIn(arena) };
      } catch (error) {
        if (!(error instanceof OhmlightError && error.code === 'capacity_exceeded')) throw error;
      }
    if (this.#arenas.length === ARENAS_MOST)
      throw new OhmlightError('capacity_exceeded', `the engine's ${ARENAS_MOST} memories are full; evict shards`);
    const arena = new Arena(this.#module, this.#arenas.length, this.#threadCount);
    this.#arenas.push(arena);
    this.#threads?.attach(arena.memory);
    return { arena, value: placeIn(arena) };
  }

  #releaseOf(arena: Arena, addresses: readonly number[]): () => void {
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      for (const address of addresses) arena.allocator.free(address);
    };
  }

  readonly #run = (arena: Arena, job: number, macs: number): void => {
    const { words, kernels, scratches } = arena;
    const helpers = macs >= this.sharedMacs ? this.helpers : 0;
    words[(job + J_NEXT) / 4] = 0;
    words[(job + J_BUSY) / 4] = helpers;
    if (helpers > 0) this.#threads!.start(arena.index, job, scratches.slice(1));
    kernels.work(job, scratches[0]!);
    if (helpers > 0 && !kernels.join(job, JOIN_NANOSECONDS)) {
      this.#threads!.close();
      this.#threads = undefined;
      throw new OhmlightError(
        'internal_error',
        'a thread of the tile engine was lost; the job runs on one when retried',
      );
    }
  };
}

function own<T extends object>(handle: object, field: keyof T & string): T {
  if (!(field in handle && 'arena' in handle))
    throw new OhmlightError('internal_error', 'this was programmed by another engine');
  return handle as T;
}
