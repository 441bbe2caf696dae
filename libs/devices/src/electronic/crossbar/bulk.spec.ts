import { describe, expect, it } from 'vitest';
import { random } from '../../../../tile-engine/testing/random.js';
import { frameOf } from '../../../testing/profiles.js';
import { cmoHfoxCell } from '../cmo-hfox/cmo-hfox.js';
import { levelCell } from '../isaac/isaac.js';
import { neurramCell } from '../neurram/neurram.js';
import { pcmCell } from '../pcm/pcm.js';
import { sonosCell } from '../sonos/sonos.js';
import { crossbarArray } from './array.js';
import { bulk, drawNormals } from './bulk.js';
import { type Cell, EXACT } from './cell.js';
import { columnNormals, DOMAIN, NORMALS_PER_CELL, referenceNormals, staticKey } from './cell-draws.js';
import { bring, bulkDevices, bulkTrajectory, lawsAt } from './trajectory.js';

const key = staticKey(9n, 'bulk', DOMAIN.cells);

describe('draws in bulk', () => {
  it.each([
    [0, 1],
    [0, 16],
    [1, 2],
    [5, 37],
    [512, 1024],
    [1023, 2047],
    [0, 3000],
  ])('inputs %i … %i have the bits of the reference', (start, end) => {
    for (const column of [0, 7, 0x8000_0001])
      for (const slice of [0, 3]) {
        const [fast, slow] = [0, 1].map(() => new Float32Array(NORMALS_PER_CELL * (end - start)));
        columnNormals(fast!, key, column, slice, start, end);
        referenceNormals(slow!, key, column, slice, start, end);
        expect(fast).toEqual(slow);
      }
  });
});

type Frames = Record<string, never>;
const CELLS: [string, string, (p: never) => Cell][] = [
  ['exact cells', 'crossbar-ideal', () => EXACT],
  ['levels', 'rram-isaac-32nm', levelCell],
  ['PCM', 'pcm-standard', pcmCell],
  ['PCM of HERMES', 'pcm-hermes-14nm', pcmCell],
  ['RRAM of NeuRRAM', 'rram-neurram-130nm', neurramCell],
  ['CMO/HfOx', 'rram-cmo-hfox', cmoHfoxCell],
  ['SONOS', 'flash-sonos-40nm', sonosCell],
];

describe.each(CELLS)('trajectories in bulk: %s', (_, name, cellOf) => {
  const p = frameOf(name, name === 'rram-isaac-32nm' ? { level_sigma: 0.1 } : {}) as never as Frames & {
    g_max: number;
  };
  const cell = cellOf(p as never);

  it.each([
    [0, 1, true],
    [3600, 1.1, true],
    [3e7, 0.9, true],
    [86_400, 1, false],
  ])('at %d s, temperature factor %d: the bits of the reference', (t, factor, noise) => {
    const draw = random(3);
    const count = 257;
    const { kernels, normals } = bulk();
    const mark = kernels.mark();
    const laws = lawsAt(cell, p.g_max, t, factor, noise);
    const run = bulkTrajectory(laws);
    const fast = bulkDevices(kernels, 2 * count);
    // Some devices at 0, some beyond g_max.
    for (let i = 0; i < 2 * count; i++) fast.target[i] = Math.max(0, 1.6 * draw.uniform() - 0.2) * p.g_max;
    const slow = { target: fast.target.slice(), g: fast.g.slice(), variance: fast.variance.slice() };
    for (const which of [0, 1]) {
      const z = drawNormals(key, 4, 0, 3, 3 + count);
      bring(laws, slow, which * count, count, normals.values.subarray(z), which);
      run(fast, which * count, count, z, which);
    }
    expect(fast.g.subarray(0, 2 * count)).toEqual(slow.g.subarray(0, 2 * count));
    expect(fast.variance.subarray(0, 2 * count)).toEqual(slow.variance.subarray(0, 2 * count));
    // Devices without error are the only ones on their targets.
    const moved = fast.target.findIndex((target, i) => fast.g[i] !== target * factor) >= 0;
    expect(moved).toBe(cell !== EXACT);
    kernels.reset(mark);
  });
});

describe('pulses', () => {
  it('are the same counted on the way as apart', () => {
    const p = frameOf('pcm-hermes-14nm', { tile_rows: 64, tile_columns: 64 });
    const weights = random(8).gaussians(100 * 70);
    const shard = { k: 100, n: 70, columnStart: 0, weights, chipSeed: 1n, matrix: 'm' };
    const cell = pcmCell(p as never);
    const apart = crossbarArray(p, cell, shard).pulses();
    const onTheWay = crossbarArray(p, cell, shard);
    onTheWay.at(0);
    expect(onTheWay.pulses()).toEqual(apart);
    expect(apart.total).toBeGreaterThan(weights.length);
  });
});
