import { OhmlightError } from '@ohmlight/contracts';
import type { TileEngine } from './engine.js';
import { multiplyFloat, programFloat } from './float-matrix.js';

const absent = (): never => {
  throw new OhmlightError('internal_error', 'integer tiles are not built yet');
};

/** The engine in plain TypeScript. */
export function createTileEngine(): TileEngine {
  return { path: 'typescript', programTiles: absent, readTiles: absent, programFloat, multiplyFloat };
}
