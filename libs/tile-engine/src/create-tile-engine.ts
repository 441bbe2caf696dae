import type { TileEngine } from './engine.js';
import { createTypescriptEngine } from './reference/typescript-engine.js';
import { chosenPath } from './wasm/self-test.js';
import { WasmEngine } from './wasm/wasm-engine.js';

export interface TileEngineOptions {
  /** Which code runs; unless stated the fastest that passes its self-test. `typescript` is the reference. */
  readonly path?: 'wide' | 'portable' | 'typescript' | undefined;
  /** Threads that share a reading, the caller's included; 1 unless stated. */
  readonly threads?: number | undefined;
}

/**
 * An engine. All give the same bits for the same calls.
 * @throws OhmlightError `invalid_value` for a number of threads outside 1 … 64.
 */
export function createTileEngine({ path, threads = 1 }: TileEngineOptions = {}): TileEngine {
  return path === 'typescript' ? createTypescriptEngine() : new WasmEngine(path ?? chosenPath(), threads);
}
