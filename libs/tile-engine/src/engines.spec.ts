import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  arbitraryChain,
  arbitraryTiles,
  buildBatch,
  buildChain,
  buildProgram,
  type ChainCase,
  type Extent,
  type TileCase,
} from '../testing/arbitrary-program.js';
import { difference, engineOf, ENGINES, readingDifference, threadsUp } from '../testing/engines.js';
import { random } from '../testing/random.js';
import { drawRows } from '../testing/test-data.js';
import type { Reading, TileEngine } from './engine.js';
import { createTypescriptEngine } from './reference/typescript-engine.js';

function runTiles(engine: TileEngine, extent: Extent, { matrix: shape, batch, key, seed }: TileCase): Reading {
  const matrix = engine.programTiles(buildProgram(shape, seed));
  try {
    return engine.readTiles(matrix, buildBatch(batch, [shape], extent, seed), key);
  } finally {
    matrix.release();
  }
}

function runChain(engine: TileEngine, extent: Extent, of: ChainCase): Reading {
  const chain = engine.programChain(buildChain(of));
  try {
    return engine.readChain(chain, buildBatch(of.batch, [of.first, of.second], extent, of.seed), of.key);
  } finally {
    chain.release();
  }
}

// The reference takes seconds for its answers, and many times that on a machine with other work.
vi.setConfig({ testTimeout: 180_000 });

/** The reference's answers by case: every engine meets the same cases. */
const reference = createTypescriptEngine();
const known = new Map<string, Reading>();
function expected<Case>(run: (engine: TileEngine, extent: Extent, of: Case) => Reading, extent: Extent, of: Case) {
  const name = extent + fc.stringify(of);
  const reading = known.get(name) ?? run(reference, extent, of);
  known.set(name, reading);
  return reading;
}

const tiles = {
  small: { seed: 1, numRuns: 300 },
  large: { seed: 2, numRuns: 32 },
};
const chains = {
  small: { seed: 3, numRuns: 100 },
  large: { seed: 4, numRuns: 12 },
};
const floats = {
  small: { seed: 5, numRuns: 100, rows: 13, k: 90, n: 90 },
  large: { seed: 6, numRuns: 16, rows: 70, k: 1200, n: 330 },
};

describe.each(ENGINES)('the %s engine on %i thread(s) gives the bits of the reference', (path, threads) => {
  const engine = engineOf(path, threads);
  beforeAll(() => threadsUp(engine));
  afterAll(() => engine.close());

  describe.each<Extent>(['small', 'large'])('for %s shapes', (extent) => {
    it('of tiles', () => {
      fc.assert(
        fc.property(arbitraryTiles(extent), (of) => {
          const reading = runTiles(engine, extent, of);
          expect(readingDifference(reading, expected(runTiles, extent, of), of.matrix.n)).toBeNull();
        }),
        tiles[extent],
      );
    });

    it('of chains', () => {
      fc.assert(
        fc.property(arbitraryChain(extent), (of) => {
          const reading = runChain(engine, extent, of);
          expect(readingDifference(reading, expected(runChain, extent, of), of.second.n)).toBeNull();
        }),
        chains[extent],
      );
    });

    it('of f32 products', () => {
      const most = floats[extent];
      fc.assert(
        fc.property(
          fc.record({
            rows: fc.integer({ min: 1, max: most.rows }),
            k: fc.integer({ min: 1, max: most.k }),
            n: fc.integer({ min: 1, max: most.n }),
            kind: fc.constantFrom('gaussian' as const, 'mixed' as const),
            magnitudes: fc.boolean(),
            seed: fc.nat(),
          }),
          ({ rows, k, n, kind, magnitudes, seed }) => {
            const weights = random(seed).gaussians(n * k);
            const x = drawRows(kind, rows, k, magnitudes, seed);
            const batch = { rows, x, seeds: new BigUint64Array(rows), positions: new Uint32Array(rows) };
            const matrix = engine.programFloat(weights, k, n);
            const y = engine.multiplyFloat(matrix, batch);
            matrix.release();
            const exact = reference.multiplyFloat(reference.programFloat(weights, k, n), batch);
            expect(difference(y, exact, n)).toBeNull();
          },
        ),
        { seed: most.seed, numRuns: most.numRuns },
      );
    });
  });
});

describe('the cases', () => {
  const cases = fc.sample(arbitraryTiles('small'), tiles.small);
  const readouts = cases.map(({ matrix }) => matrix.readout);
  const readings = cases.map((of) => expected(runTiles, 'small', of));

  it.each<[string, number, readonly unknown[]]>([
    ['input scales', 3, readouts.map(({ input }) => input!.scale.kind)],
    ['DAC bits', 11, readouts.map(({ input }) => input!.bits)],
    ['roundings', 2, readouts.map(({ input }) => input!.rounding)],
    [
      'encodings',
      5,
      readouts.map(({ input }) => {
        const encoding = input!.encoding!;
        return encoding.kind === 'bit-serial' ? `serial ${encoding.sign}` : encoding.kind;
      }),
    ],
    ['numbers of slices', 3, cases.map(({ matrix }) => matrix.slices)],
    ['limits of levels', 6, cases.map(({ matrix }) => matrix.levels)],
    ['noise terms', 6, readouts.flatMap(({ noise }) => noise.map(({ kind }) => kind))],
    [
      'kinds of shot noise',
      4,
      readouts.map(
        ({ shot }) => shot && ('gain' in shot ? 'counts' : shot.poissonBelow > shot.photonsPerMac ? 'few' : 'many'),
      ),
    ],
    ['magnitudes', 2, cases.map(({ matrix }) => matrix.magnitudes)],
    ['transfers', 5, readouts.map(({ transfer }) => transfer?.kind)],
    ['ADC ranges', 3, readouts.map(({ output }) => output?.range.kind)],
    ['ADC bits', 13, readouts.map(({ output }) => output?.bits)],
    ['codings', 3, readouts.map(({ output }) => output?.coding)],
    ['bound managements', 4, readouts.map(({ bound }) => bound?.columns)],
    ['remainders of rows', 4, cases.map(({ batch }) => batch.rows % 4)],
    ['remainders of columns', 8, cases.map(({ matrix }) => matrix.n % 8)],
  ])('reach all %s', (_, kinds, found) => {
    const counts = new Map<unknown, number>();
    for (const kind of found) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    expect(counts.size).toBe(kinds);
    expect(Math.min(...counts.values())).toBeGreaterThanOrEqual(5);
  });

  it('mostly read signals and noise, and often saturate', () => {
    const share = (of: (reading: Reading) => boolean): number => readings.filter(of).length / readings.length;
    expect(share(({ signalRms }) => signalRms > 0)).toBeGreaterThan(0.8);
    expect(share(({ noiseRms }) => noiseRms > 0)).toBeGreaterThan(0.7);
    expect(share(({ dacSaturated }) => dacSaturated > 0)).toBeGreaterThan(0.4);
    expect(share(({ adcSaturated }) => adcSaturated > 0)).toBeGreaterThan(0.3);
    expect(share(({ y }) => !y.every(Number.isFinite))).toBe(0);
  });

  it('of chains read finite outputs and signals, whatever the magnitudes of rows', () => {
    const chained = fc.sample(arbitraryChain('small'), chains.small).map((of) => expected(runChain, 'small', of));
    expect(chained.every(({ y, signalRms }) => y.every(Number.isFinite) && Number.isFinite(signalRms))).toBe(true);
    expect(chained.filter(({ signalRms, noiseRms }) => signalRms > 0 && noiseRms > 0).length).toBeGreaterThan(60);
  });
});
