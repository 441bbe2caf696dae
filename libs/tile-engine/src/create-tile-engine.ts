import type { TileEngine } from './engine.js';
import { createTypescriptEngine } from './reference/typescript-engine.js';
import { WasmEngine } from './wasm/wasm-engine.js';

export interface TileEngineOptions {
  /** Which code runs; unless stated the fastest that passes its self-test. `typescript` is the reference. */
  readonly path?: 'wide' | 'portable' | 'typescript';
  /** Threads that share a reading, the caller's included; 1 unless stated. */
  readonly threads?: number;
}

/** An engine. All give the same bits for the same calls. */
export function createTileEngine({ path = 'portable', threads = 1 }: TileEngineOptions = {}): TileEngine {
  return path === 'typescript' ? createTypescriptEngine() : new WasmEngine(path, threads);
}
