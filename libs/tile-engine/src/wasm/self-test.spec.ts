import { describe, expect, it } from 'vitest';
import { createTileEngine } from '../create-tile-engine.js';
import { chosenPath } from './self-test.js';

describe('the self-test', () => {
  it('chooses a path once, and engines run it unless told otherwise', () => {
    const path = chosenPath();
    expect(['portable', 'wide']).toContain(path);
    const engine = createTileEngine();
    expect(engine.path).toBe(path);
    engine.close();
  });
});
