import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChainProgram, ChainStage, TileProgram } from './engine.js';
import { checkChain, inputLimit, magnitudeCodes, prepareTiles, weightLimit } from './prepare.js';
import { passesOf } from './passes.js';
import type { InputConverter, NoiseTerm, OutputConverter, Readout, Transfer } from './readout.js';
import { weightCodes } from './reference/tiles.js';

const INT32 = 2 ** 31 - 1;
const input: InputConverter = { bits: 8, scale: { kind: 'abs-max', clip: 1 } };
const output: OutputConverter = { bits: 9, coding: 'symmetric', range: { kind: 'fixed', range: 12 } };
const readout: Readout = { input, noise: [], shot: null, transfer: null, output: null };
const program: TileProgram = {
  k: 6,
  n: 2,
  tileRows: 4,
  weights: Float32Array.of(0.5, -1, 0.25, 1, 0.1, 0.2, 0, 0, 0, 0, 0.75, -0.75),
  fullScale: new Float32Array(4).fill(1),
  readout,
};
const prepare = (change: Partial<TileProgram> = {}) => {
  const whole = { ...program, ...change };
  return prepareTiles(whole, (limit) => weightCodes(whole, limit));
};
const prepareReadout = (change: Partial<Readout>) => prepare({ readout: { ...readout, ...change } });

describe('the bits budget', () => {
  it('keeps every sum of a tile within int32, for every DAC and every tile', () => {
    const beyond: string[] = [];
    for (let bits = 2; bits <= 12; bits++)
      for (let tileRows = 1; tileRows <= 1024; tileRows++) {
        const { split, weightLimit: most, magnitudeLimit } = prepareShape(bits, tileRows);
        const limit = inputLimit(bits);
        const largest = split === 0 ? [limit] : [2 ** split - 1, -(-limit >> split), limit >> split];
        const worst = Math.max(...largest) * most * tileRows;
        if (worst > INT32 || magnitudeLimit * most * tileRows > INT32 || most < 8191)
          beyond.push(`${bits} bits and ${tileRows} rows: ${worst}`);
      }
    expect(beyond).toEqual([]);
    expect(prepareShape(8, 256)).toMatchObject({ weightLimit: 32_767, split: 0 });
    expect(prepareShape(12, 1024)).toMatchObject({ weightLimit: 32_767, split: 6 });
  });

  it('keeps them whatever the levels and the encoding', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 12 }),
        fc.integer({ min: 1, max: 1024 }),
        fc.integer({ min: 1, max: 32_767 }),
        fc.integer({ min: 1, max: 11 }),
        (bits, tileRows, levels, width) => {
          const sliced = { kind: 'bit-serial', sign: 'two-pass', bits: Math.min(width, bits - 1) } as const;
          for (const encoding of [{ kind: 'parallel' } as const, sliced]) {
            const prepared = prepareShape(bits, tileRows, levels, encoding);
            const limit = Math.max(...prepared.passes.map((pass) => pass.limit));
            const { split } = prepared;
            const largest = split === 0 ? limit : Math.max(2 ** split - 1, -(-limit >> split));
            expect(largest * levels * tileRows).toBeLessThanOrEqual(INT32);
            expect(prepared.magnitudeLimit * levels * tileRows).toBeLessThanOrEqual(INT32);
            expect(prepared.weightLimit).toBe(levels);
          }
        },
      ),
      { seed: 1, numRuns: 300 },
    );
  });

  it('gives weights as many bits as it can, 13 at least', () => {
    expect(weightLimit(8, 256)).toBe(32_767);
    expect(weightLimit(8, 1024)).toBe(Math.floor(INT32 / (127 * 1024)));
    expect(weightLimit(12, 128)).toBe(Math.floor(INT32 / (2047 * 128)));
    expect(weightLimit(12, 129)).toBe(32_767);
    expect(weightLimit(2, 1)).toBe(32_767);
  });

  it('counts the slices of streamed inputs, not their codes', () => {
    const encoding = { kind: 'bit-serial', sign: 'sign-magnitude', bits: 2 } as const;
    expect(prepareShape(12, 1024, undefined, encoding)).toMatchObject({ weightLimit: 32_767, split: 0 });
  });

  function prepareShape(bits: number, tileRows: number, levels?: number, encoding?: InputConverter['encoding']) {
    return prepare({
      k: 1,
      n: 1,
      tileRows,
      weights: Float32Array.of(1),
      fullScale: Float32Array.of(1),
      ...(levels !== undefined && { levels }),
      readout: { ...readout, input: { ...input, bits, ...(encoding && { encoding }) } },
    });
  }
});

describe('prepared coefficients', () => {
  it('are the squares of terms, summed by kind', () => {
    const noise: NoiseTerm[] = [
      { kind: 'signal', coefficient: 0.5 },
      { kind: 'abs-power', coefficient: Float32Array.of(1, 2, 3, 4) },
      { kind: 'signal', coefficient: 0.25 },
      { kind: 'abs-power', coefficient: 1 },
    ];
    const { form, sigma, variances } = prepareReadout({ noise });
    expect([form, sigma]).toEqual(['variance', null]);
    expect(variances).toEqual({
      constant: null,
      'input-norm': null,
      signal: 0.3125,
      'root-signal': null,
      'abs-product': null,
      'abs-power': Float32Array.of(2, 5, 10, 17),
    });
  });

  it('need no root for one constant or one input-norm term', () => {
    expect(prepareReadout({})).toMatchObject({ form: 'none', sigma: null });
    for (const kind of ['constant', 'input-norm'] as const)
      expect(prepareReadout({ noise: [{ kind, coefficient: -0.5 }] })).toMatchObject({ form: kind, sigma: 0.5 });
    expect(prepareReadout({ noise: [{ kind: 'signal', coefficient: 0.5 }] }).form).toBe('variance');
    const shot = { photonsPerMac: 1, poissonBelow: 0 };
    expect(prepareReadout({ noise: [{ kind: 'constant', coefficient: 0.5 }], shot }).form).toBe('variance');
    expect(prepareReadout({ shot }).form).toBe('variance');
  });

  it('are steps of a fixed range', () => {
    expect(prepareReadout({ output })).toMatchObject({
      step: Math.fround(12 / 255),
      inverseStep: Math.fround(1 / Math.fround(12 / 255)),
    });
    expect(prepareReadout({ output: { ...output, coding: 'full' } })).toMatchObject({ step: Math.fround(12 / 256) });
    const range = { kind: 'fixed', range: Float32Array.of(0, 255, 510, 2 ** -101) } as const;
    expect(prepareReadout({ output: { ...output, range } })).toMatchObject({
      step: Float32Array.of(0, 1, 2, 0),
      inverseStep: Float32Array.of(0, 1, 0.5, 0),
    });
  });

  it('are steps of the norms of columns', () => {
    const range = { kind: 'operand-norms', clip: 3 } as const;
    const { weightNorm, step } = prepareReadout({ output: { ...output, range } });
    const norms = [Math.hypot(0.5, 1, 0.25, 1), 0, Math.hypot(0.1, 0.2), Math.hypot(0.75, 0.75)];
    norms.forEach((norm, at) => {
      expect(weightNorm![at]).toBeCloseTo(norm, 4);
      // Tiles of 4 and of 2 rows.
      expect((step as Float32Array)[at]).toBeCloseTo((3 * norm) / Math.sqrt(at < 2 ? 4 : 2) / 255, 6);
    });
    expect(prepareReadout({}).weightNorm).toBeNull();
  });

  it('are codes of magnitudes and squares', () => {
    expect([...magnitudeCodes(4, 100, 1)]).toEqual([0, 25, 50, 75, 100]);
    expect([...magnitudeCodes(4, 100, 2)]).toEqual([0, 6, 25, 56, 100]);
  });
});

describe('refusals', () => {
  const refused = expect.objectContaining({ code: 'invalid_shard' });

  it.each<[string, Partial<TileProgram>]>([
    ['no inputs', { k: 0 }],
    ['a broken number of inputs', { k: 1.5 }],
    ['no outputs', { n: 0 }],
    ['no rows of a tile', { tileRows: 0 }],
    ['tiles of more than 1024 rows', { tileRows: 1025 }],
    ['no slices', { slices: 0 }],
    ['more than 32 slices', { slices: 33 }],
    ['too few weights', { weights: new Float32Array(11) }],
    ['weights of one slice for two', { slices: 2, fullScale: new Float32Array(8) }],
    ['a weight that is no number', { weights: new Float32Array(12).fill(NaN) }],
    ['an infinite weight', { weights: new Float32Array(12).fill(-Infinity) }],
    ['too few full scales', { fullScale: new Float32Array(3) }],
    ['a negative full scale', { fullScale: new Float32Array(4).fill(-1) }],
    ['a full scale that is no number', { fullScale: new Float32Array(4).fill(NaN) }],
    ['an infinite full scale', { fullScale: new Float32Array(4).fill(Infinity) }],
    ['no levels', { levels: 0 }],
    ['broken levels', { levels: 2.5 }],
    ['levels beyond 16 bit', { levels: 32_768 }],
  ])('of %s', (_, change) => {
    expect(() => prepare(change)).toThrow(refused);
  });

  const dac = (change: Partial<InputConverter>): Partial<Readout> => ({ input: { ...input, ...change } });
  const adc = (change: Partial<OutputConverter>): Partial<Readout> => ({ output: { ...output, ...change } });
  const range = (value: number | Float32Array) => adc({ range: { kind: 'fixed', range: value } });
  const noise = (coefficient: number | Float32Array): Partial<Readout> => ({
    noise: [{ kind: 'signal', coefficient }],
  });
  const shot = (photonsPerMac: number, poissonBelow: number): Partial<Readout> => ({
    shot: { photonsPerMac, poissonBelow },
  });
  const table = (range: number, ...values: number[]): Transfer => ({
    kind: 'table',
    range,
    values: Float32Array.from(values),
  });
  const bound = { rounds: 3, columns: 64 };

  it.each<[string, Partial<Readout>]>([
    ['a DAC of one bit', dac({ bits: 1 })],
    ['a DAC of 13 bits', dac({ bits: 13 })],
    ['a DAC of half bits', dac({ bits: 7.5 })],
    ['a clip of 0', dac({ scale: { kind: 'abs-max', clip: 0 } })],
    ['a clip that is no number', dac({ scale: { kind: 'abs-max', clip: NaN } })],
    ['an infinite input range', dac({ scale: { kind: 'fixed', range: Infinity } })],
    ['a negative input range', dac({ scale: { kind: 'fixed', range: -1 } })],
    ['a share of 0', dac({ scale: { kind: 'percentile', share: 0 } })],
    ['a share above 1', dac({ scale: { kind: 'percentile', share: 1.01 } })],
    ['slices as wide as the code', dac({ encoding: { kind: 'bit-serial', bits: 8, sign: 'two-pass' } })],
    ["two bits of two's complement", dac({ encoding: { kind: 'bit-serial', bits: 2, sign: 'twos-complement' } })],
    ['an ADC of 2 bits', adc({ bits: 2 })],
    ['an ADC of 15 bits', adc({ bits: 15 })],
    ['an ADC of half bits', adc({ bits: 8.5 })],
    ['a negative ADC range', range(-1)],
    ['an ADC range that is no number', range(NaN)],
    ['an infinite ADC range', range(Infinity)],
    ['ADC ranges for other outputs', range(new Float32Array(3))],
    ['one bad ADC range of many', range(Float32Array.of(1, 1, NaN, 1))],
    ['a clip of 0 times the norms', adc({ range: { kind: 'operand-norms', clip: 0 } })],
    ['a noise coefficient that is no number', noise(NaN)],
    ['an infinite noise coefficient', noise(-Infinity)],
    ['noise beyond any converter', noise(2 ** 21)],
    ['noise coefficients for other outputs', noise(new Float32Array(5))],
    ['one bad noise coefficient of many', noise(Float32Array.of(1, NaN, 1, 1))],
    ['no photons', shot(0, 50)],
    ['infinitely many photons', shot(Infinity, 50)],
    ['Poisson counts where e^−λ is no number', shot(1, 501)],
    ['a negative boundary of Poisson counts', shot(1, -1)],
    ['a table of one value', { transfer: table(1, 0) }],
    ['a table without range', { transfer: table(0, 0, 1) }],
    ['a table with a value that is no number', { transfer: table(1, 0, NaN) }],
    ['a clamp upside down', { transfer: { kind: 'clamp', low: 1, high: 0 } }],
    ['a clamp that is no number', { transfer: { kind: 'clamp', low: NaN, high: 0 } }],
    ['an infinite knee', { transfer: { kind: 'compressive', knee: Infinity } }],
    ['a cubic that is no number', { transfer: { kind: 'cubic', third: NaN } }],
    ['bound management without ADC', { bound }],
    ['bound management of two passes', { ...adc({}), bound, ...dac({ encoding: { kind: 'two-pass' } }) }],
    ['no rounds', { ...adc({}), bound: { ...bound, rounds: 0 } }],
    ['seventeen rounds', { ...adc({}), bound: { ...bound, rounds: 17 } }],
    ['half rounds', { ...adc({}), bound: { ...bound, rounds: 1.5 } }],
    ['groups of 100 columns', { ...adc({}), bound: { ...bound, columns: 100 } }],
  ])('of %s', (_, change) => {
    expect(() => prepareReadout(change)).toThrow(refused);
  });

  it('of nothing that the interface allows', () => {
    for (const bits of [2, 12]) expect(passesOf(prepareReadout(dac({ bits })).readout.input!)).toHaveLength(1);
    for (const bits of [3, 14]) expect(prepareReadout(adc({ bits })).step).toBeGreaterThan(0);
    expect(prepareReadout({ ...adc({}), bound: { rounds: 16, columns: 256 } }).readout.bound).not.toBeNull();
  });

  const stage: ChainStage = { activation: 'silu', gated: false, range: 1, noise: 0 };
  const chain: ChainProgram = {
    first: program,
    stage,
    second: { ...program, k: 2, n: 3, readout: { ...readout, input: null, output } },
  };
  it.each<[string, Partial<ChainProgram>]>([
    ['as many hidden values as gates and ups together', { stage: { ...stage, gated: true } }],
    ['other hidden values', { second: { ...chain.second, k: 3 } }],
    ['a first matrix without DAC', { first: { ...program, readout: { ...readout, input: null } } }],
    ['a first matrix with ADC', { first: { ...program, readout: { ...readout, output } } }],
    ['a second matrix with DAC', { second: { ...chain.second, readout } }],
    ['bound management', { second: { ...chain.second, readout: { ...chain.second.readout, bound } } }],
    ['a range of 0', { stage: { ...stage, range: 0 } }],
    ['a range that is no number', { stage: { ...stage, range: NaN } }],
    ['negative noise', { stage: { ...stage, noise: -1 } }],
    ['infinite noise', { stage: { ...stage, noise: Infinity } }],
  ])('of a chain with %s', (_, change) => {
    expect(() => checkChain({ ...chain, ...change })).toThrow(refused);
    expect(() => checkChain(chain)).not.toThrow();
  });
});
