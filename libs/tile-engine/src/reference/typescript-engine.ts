import type { TileEngine } from '../engine.js';
import { programChain, readChain } from './chain.js';
import { multiplyFloat, programFloat } from './float-matrix.js';
import { readTiles } from './read-tiles.js';
import { programTiles } from './tiles.js';

/** The engine in plain TypeScript, to be read and to hold every other engine against: one output at a time. */
export function createTypescriptEngine(): TileEngine {
  return {
    path: 'typescript',
    threads: 1,
    programTiles,
    readTiles,
    programChain,
    readChain,
    programFloat,
    multiplyFloat,
    close() {
      // Nothing is held.
    },
  };
}
