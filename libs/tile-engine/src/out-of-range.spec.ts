import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engineOf, ENGINES, threadsUp } from '../testing/engines.js';
import { batchOf, random } from '../testing/random.js';
import { KEY, PLAIN, readOnce, uniformProgram } from '../testing/tiles.js';
import type { TileProgram } from './engine.js';
import type { InputConverter, Readout } from './readout.js';

const k = 70;
const n = 37;
const draw = random(12);
const weights = draw.gaussians(n * k, 0.3, 3);
const fixed: InputConverter = { bits: 8, scale: { kind: 'fixed', range: 2 } };
const noisy: Readout = {
  ...PLAIN,
  noise: [
    { kind: 'constant', coefficient: 0.5 },
    { kind: 'input-norm', coefficient: 0.1 },
  ],
};
const READOUTS: [string, Readout][] = [
  ['a noisy readout', noisy],
  [
    'a fixed range and an ADC',
    { ...noisy, input: fixed, output: { bits: 8, coding: 'symmetric', range: { kind: 'fixed', range: 4 } } },
  ],
  [
    'photon counts',
    {
      ...PLAIN,
      shot: { photonsPerMac: 0.5, poissonBelow: 50 },
      output: { bits: 8, coding: 'full', range: { kind: 'operand-norms', clip: 3 } },
    },
  ],
  [
    'bound management',
    {
      ...noisy,
      output: { bits: 8, coding: 'symmetric', range: { kind: 'fixed', range: 0.5 } },
      bound: { rounds: 3, columns: 64 },
    },
  ],
  ['two passes', { ...noisy, input: { ...PLAIN.input!, encoding: { kind: 'two-pass' } } }],
];

describe.each([['typescript', 1] as const, ...ENGINES])('the %s engine on %i thread(s)', (path, threads) => {
  const engine = engineOf(path, threads);
  beforeAll(() => threadsUp(engine));
  afterAll(() => engine.close());
  const program = (readout: Readout, w = weights, full = 1): TileProgram => uniformProgram(w, k, n, 32, readout, full);
  const x = random(13).gaussians(5 * k);

  describe.each(READOUTS)('with %s', (_, readout) => {
    it('gives zeros for a row of zeros: nothing is driven, nothing is drawn', () => {
      const { y, ...rest } = readOnce(engine, program(readout), batchOf(new Float32Array(3 * k).fill(-0), 3));
      const rereads = rest.rereads ?? { tiles: 0, rows: 0 };
      expect(rereads).toEqual({ tiles: 0, rows: 0 });
      expect(y).toEqual(new Float32Array(3 * n));
      expect(rest).toMatchObject({ dacSaturated: 0, adcSaturated: 0, signalRms: 0, noiseRms: 0 });
    });

    it('reads the rows around a row of zeros as without it', () => {
      const batch = batchOf(x.slice(), 5);
      const whole = readOnce(engine, program(readout), batch).y;
      batch.x.fill(0, 2 * k, 3 * k);
      const { y } = readOnce(engine, program(readout), batch);
      for (const row of [0, 1, 3, 4])
        expect(y.subarray(row * n, row * n + n)).toEqual(whole.subarray(row * n, row * n + n));
      expect(y.subarray(2 * n, 3 * n)).toEqual(new Float32Array(n));
    });

    it('gives zeros for a matrix of zeros, and sees no noise and no saturation there', () => {
      const dark = program(readout, new Float32Array(n * k), 0);
      const { y, adcSaturated, signalRms, noiseRms } = readOnce(engine, dark, batchOf(x, 5));
      expect(y.every((value) => value === 0)).toBe(true);
      expect([adcSaturated, signalRms, noiseRms]).toEqual([0, 0, 0]);
    });

    it('gives zeros in a column of zeros alone', () => {
      const some = weights.slice();
      some.fill(0, 5 * k, 6 * k);
      const fullScale = new Float32Array(3 * n).fill(1);
      for (let tile = 0; tile < 3; tile++) fullScale[tile * n + 5] = 0;
      const { y } = readOnce(engine, { ...program(readout, some), fullScale }, batchOf(x, 5));
      const whole = readOnce(engine, program(readout), batchOf(x, 5)).y;
      // Bound management reads the group of the column again as long as others clip: they do alike here.
      y.forEach((value, at) => expect(value).toBe(at % n === 5 ? 0 : whole[at]));
    });

    it('gives finite outputs for every finite row', () => {
      for (const size of [1e-45, 1e-38, 2 ** -100, 1e-20, 1e20, 2 ** 100, 1e35, 3.4e38]) {
        const row = x.map((value) => Math.sign(value) * size);
        const { y } = readOnce(engine, program(readout), batchOf(row, 5));
        expect(y.every(Number.isFinite)).toBe(true);
      }
    });
  });

  it('drops a row whose scale is below 2⁻¹⁰⁰', () => {
    const row = x.subarray(0, k).map((value) => Math.sign(value) * 2 ** -100);
    const signs = readOnce(engine, program(PLAIN), batchOf(row.map(Math.sign), 1)).y;
    expect(readOnce(engine, program(PLAIN), batchOf(row, 1)).y).toEqual(signs.map((value) => value * 2 ** -100));
    const below = row.map((value) => value * (1 - 2 ** -24));
    expect(readOnce(engine, program(noisy), batchOf(below, 1)).y).toEqual(new Float32Array(n));
  });

  it('saturates a row beyond 2¹⁰⁰', () => {
    const row = x.subarray(0, k).map((value) => Math.sign(value) * 2 ** 100);
    const { y, dacSaturated } = readOnce(engine, program(PLAIN), batchOf(row, 1));
    expect(dacSaturated).toBe(0);
    const beyond = readOnce(
      engine,
      program(PLAIN),
      batchOf(
        row.map((value) => value * 4),
        1,
      ),
    );
    expect(beyond.y).toEqual(y);
    expect(beyond.dacSaturated).toBe(k);
  });

  it('saturates what is beyond a fixed range, however far', () => {
    const input: InputConverter = { bits: 12, scale: { kind: 'fixed', range: 2 ** -100 } };
    const row = x.subarray(0, k).map((value) => Math.sign(value) * 3.4e38);
    const signs = row.map((value) => Math.sign(value) * 2 ** -100);
    const far = readOnce(engine, program({ ...PLAIN, input }), batchOf(row, 1));
    expect(far.y).toEqual(readOnce(engine, program({ ...PLAIN, input }), batchOf(signs, 1)).y);
    expect(far.dacSaturated).toBe(k);
  });

  it('reads a programmed zero with its noise: only an unprogrammed column is dark', () => {
    const { y } = readOnce(engine, program(noisy, new Float32Array(n * k), 1), batchOf(x, 5));
    expect(y.every((value) => value !== 0)).toBe(true);
  });

  it.each([NaN, Infinity, -Infinity])('refuses an activation or a weight of %d', (value) => {
    const matrix = engine.programTiles(program(PLAIN));
    const float = engine.programFloat(weights, k, n);
    const chain = engine.programChain({
      first: program(PLAIN),
      stage: { activation: 'diode', gated: false, range: 1, noise: 0 },
      second: uniformProgram(new Float32Array(2 * n).fill(1), n, 2, n, { ...PLAIN, input: null }),
    });
    for (const at of [0, 63, 5 * k - 1]) {
      const batch = batchOf(x.slice(), 5);
      batch.x[at] = value;
      const refused = expect.objectContaining({
        code: 'invalid_job',
        message: expect.stringContaining(`activation ${at % k} of row ${Math.floor(at / k)} is ${value}`) as string,
      });
      expect(() => engine.readTiles(matrix, batch, KEY)).toThrow(refused);
      expect(() => engine.multiplyFloat(float, batch)).toThrow(refused);
      expect(() => engine.readChain(chain, batch, KEY)).toThrow(refused);
    }
    const wrong = weights.slice();
    wrong[n * k - 1] = value;
    const refused = expect.objectContaining({ code: 'invalid_shard' });
    expect(() => engine.programTiles(program(PLAIN, wrong))).toThrow(refused);
    expect(() => engine.programFloat(wrong, k, n)).toThrow(refused);
    // And goes on to serve.
    expect(engine.readTiles(matrix, batchOf(x, 5), KEY).y.every(Number.isFinite)).toBe(true);
    for (const held of [matrix, float, chain]) held.release();
  });

  it('refuses a batch that does not fit', () => {
    const matrix = engine.programTiles(program(PLAIN));
    const batch = batchOf(x, 5);
    for (const wrong of [
      { ...batch, rows: 4 },
      { ...batch, rows: 0, x: new Float32Array(0) },
      { ...batch, rows: 2.5 },
      { ...batch, x: x.subarray(1) },
      { ...batch, seeds: new BigUint64Array(4) },
      { ...batch, positions: new Uint32Array(6) },
    ])
      expect(() => engine.readTiles(matrix, wrong, KEY)).toThrow(expect.objectContaining({ code: 'invalid_job' }));
    matrix.release();
  });
});
