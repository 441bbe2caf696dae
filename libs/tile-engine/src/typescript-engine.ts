import type { TileEngine } from './engine.js';
import { multiplyFloat, programFloat } from './float-matrix.js';
import { readTiles } from './read-tiles.js';
import { programTiles } from './tiles.js';

/** The engine in plain TypeScript: the reference for every other. */
export function createTileEngine(): TileEngine {
  return { path: 'typescript', programTiles, readTiles, programFloat, multiplyFloat };
}
