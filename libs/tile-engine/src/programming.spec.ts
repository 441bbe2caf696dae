import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engineOf, ENGINES, threadsUp } from '../testing/engines.js';
import { batchOf, exactProduct, random, relativeError } from '../testing/random.js';
import { KEY, PLAIN, readOnce, uniformProgram } from '../testing/tiles.js';
import type { TileProgram } from './engine.js';
import type { Readout } from './readout.js';

const refused = expect.objectContaining({ code: 'invalid_shard' });

describe.each([['typescript', 1] as const, ...ENGINES])(
  'programming the %s engine on %i thread(s)',
  (path, threads) => {
    const engine = engineOf(path, threads);
    beforeAll(() => threadsUp(engine));
    afterAll(() => engine.close());

    const coefficient = Float32Array.of(0.1, 0.2, 0.3, 0.4);
    const range = Float32Array.of(3, 3, 3, 3);
    const readout: Readout = {
      ...PLAIN,
      noise: [{ kind: 'constant', coefficient }],
      transfer: { kind: 'table', range: 2, values: Float32Array.of(-3, 0, 3) },
      output: { bits: 12, coding: 'symmetric', range: { kind: 'fixed', range } },
    };
    const program: TileProgram = uniformProgram(Float32Array.of(1, -0.5, 0.25, 0.75), 2, 2, 1, readout);

    it('says what it runs', () => {
      expect([engine.path, engine.threads]).toEqual([path, threads]);
    });

    it('tells the shape, the codes and the bytes of its tiles', () => {
      const matrix = engine.programTiles({ ...program, levels: 100 });
      expect(matrix).toMatchObject({ k: 2, n: 2, tileRows: 1, tiles: 2, slices: 1, weightLimit: 100 });
      expect(matrix.residentBytes).toBeGreaterThanOrEqual(2 * 4 + 4 * 4);
      const chain = engine.programChain({
        first: { ...program, readout: PLAIN },
        stage: { activation: 'diode', gated: false, range: 1, noise: 0 },
        second: uniformProgram(Float32Array.of(1, 1, 1, 1, 1, 1), 2, 3, 2, { ...PLAIN, input: null }),
      });
      expect(chain).toMatchObject({ k: 2, n: 3 });
      const float = engine.programFloat(program.weights, 2, 2);
      expect(float).toMatchObject({ k: 2, n: 2 });
      expect(float.residentBytes).toBeGreaterThanOrEqual(16);
      for (const held of [matrix, chain, float]) held.release();
    });

    it('keeps copies of all that it is given', () => {
      const own = { ...program, weights: program.weights.slice(), fullScale: program.fullScale.slice() };
      const batch = batchOf(Float32Array.of(1, 0.5), 1);
      const before = readOnce(engine, own, batch).y;
      const mine: Readout = {
        ...readout,
        noise: [{ kind: 'constant', coefficient: coefficient.slice() }],
        transfer: { kind: 'table', range: 2, values: Float32Array.of(-3, 0, 3) },
        output: { bits: 12, coding: 'symmetric', range: { kind: 'fixed', range: range.slice() } },
      };
      const matrix = engine.programTiles({ ...own, readout: mine });
      own.weights.fill(9);
      own.fullScale.fill(9);
      (mine.noise[0]!.coefficient as Float32Array).fill(9);
      (mine.transfer as { values: Float32Array }).values.fill(9);
      (mine.output!.range as { range: Float32Array }).range.fill(9);
      expect(engine.readTiles(matrix, batch, KEY).y).toEqual(before);
      const floats = Float32Array.of(1, 2);
      const float = engine.programFloat(floats, 2, 1);
      floats.fill(9);
      expect(engine.multiplyFloat(float, batchOf(Float32Array.of(1, 1), 1))).toEqual(Float32Array.of(3));
      for (const held of [matrix, float]) held.release();
    });

    it('leaves what it is given as it was', () => {
      const weights = program.weights.slice();
      const batch = batchOf(Float32Array.of(1, 0.5), 1);
      readOnce(engine, program, batch);
      expect(program.weights).toEqual(weights);
      expect(batch).toEqual(batchOf(Float32Array.of(1, 0.5), 1));
    });

    it('keeps matrices apart, however they come and go', () => {
      const draw = random(6);
      const shapes = Array.from({ length: 12 }, (_, i) => ({ k: 40 + 37 * i, n: 1 + 23 * i }));
      const held = shapes.map(({ k, n }) => {
        const weights = draw.gaussians(n * k, 0.2, 4);
        const x = draw.gaussians(3 * k);
        return { k, n, x, weights, matrix: engine.programTiles(uniformProgram(weights, k, n, 256, PLAIN)) };
      });
      const errors = (): number[] =>
        held.map(({ k, n, x, weights, matrix }) =>
          relativeError(engine.readTiles(matrix, batchOf(x, 3), KEY).y, exactProduct(weights, x, 3, k, n)),
        );
      for (const error of errors()) expect(error).toBeLessThan(0.02);
      for (const i of [3, 0, 7, 11]) {
        held[i]!.matrix.release();
        const { k, n, weights } = held[i]!;
        held[i] = { ...held[i]!, matrix: engine.programTiles(uniformProgram(weights, k, n, 128, PLAIN)) };
      }
      for (const error of errors()) expect(error).toBeLessThan(0.02);
      for (const { matrix } of held) {
        matrix.release();
        expect(() => matrix.release()).not.toThrow();
      }
    });

    it('refuses what does not fit, with invalid_shard', () => {
      for (const wrong of [
        { weights: new Float32Array(3) },
        { fullScale: new Float32Array(3) },
        { tileRows: 0 },
        { levels: 40_000 },
        { readout: { ...readout, noise: [{ kind: 'signal' as const, coefficient: NaN }] } },
        { readout: { ...readout, input: { ...PLAIN.input!, bits: 13 } } },
      ])
        expect(() => engine.programTiles({ ...program, ...wrong })).toThrow(refused);
      expect(() => engine.programFloat(new Float32Array(3), 2, 2)).toThrow(refused);
      const stage = { activation: 'diode', gated: true, range: 1, noise: 0 } as const;
      expect(() => engine.programChain({ first: program, stage, second: program })).toThrow(refused);
    });

    it('refuses what it did not program', () => {
      const internal = expect.objectContaining({ code: 'internal_error' });
      const batch = batchOf(new Float32Array(2), 1);
      const stranger = { k: 2, n: 2 } as never;
      expect(() => engine.readTiles(stranger, batch, KEY)).toThrow(internal);
      expect(() => engine.readChain(stranger, batch, KEY)).toThrow(internal);
      expect(() => engine.multiplyFloat(stranger, batch)).toThrow(internal);
    });
  },
);

describe('an engine', () => {
  it('has 1 to 64 threads', () => {
    for (const threads of [0, 65, 1.5, NaN])
      expect(() => engineOf('portable', threads)).toThrow(expect.objectContaining({ code: 'invalid_value' }));
  });
});
