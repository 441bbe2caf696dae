import { OPERATIONS } from '@ohmlight/contracts';
import { describe, expect, it } from 'vitest';
import { columnNormals, DRAW, type Draw, keyOf } from '../../testing/draws.js';
import { moments } from '../../testing/random.js';
import { correlation, ksBound, ksDistance, normalCdf } from '../../testing/statistics.js';
import { poisson } from '../noise.js';
import { columnNormal, detectorCounts, drawKey, groupOf, inputUniform, matrixWord, SECOND, STREAM } from './dynamic.js';
import { normalPair } from './normal.js';
import { threefry4x32Into } from './threefry.js';

const count = 1 << 17;
const sample = columnNormals(DRAW, count);

describe('the Gaussian of a column', () => {
  it('is a word of its group, wherever the reading starts', () => {
    const key = keyOf(DRAW);
    for (const column of [0, 1, 7, 8, 31, 32, 33, 255, 256, 1000, count - 1])
      expect(columnNormal(key, column, 0, STREAM.gaussian)).toBe(sample[column]);
    // Eight counters for 32 columns, four columns for a counter.
    expect([0, 7, 8, 31, 32, 65].map(groupOf)).toEqual([0, 7, 0, 7, 8, 17]);
  });

  it('has the moments and the law of a standard normal', () => {
    const { mean, variance, kurtosis } = moments(sample);
    // Four standard errors: 1/√n, √(2/n), √(24/n).
    expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(count));
    expect(Math.abs(variance - 1)).toBeLessThan(4 * Math.sqrt(2 / count));
    expect(Math.abs(kurtosis)).toBeLessThan(4 * Math.sqrt(24 / count));
    expect(ksDistance(sample, normalCdf)).toBeLessThan(ksBound(count));
  });

  it('follows the law across positions too', () => {
    const { layer, operation } = DRAW;
    const word = matrixWord({ layer, operation, columnStart: 0 });
    const along = Float32Array.from({ length: 1 << 15 }, (_, i) => columnNormal(drawKey(5n, i, word), 17, 3, 0));
    expect(ksDistance(along, normalCdf)).toBeLessThan(ksBound(along.length));
    expect(Math.abs(correlation(along.subarray(1), along.subarray(0, -1)))).toBeLessThan(5 / Math.sqrt(along.length));
  });

  it('is one value for one name, whatever was drawn before', () => {
    const key = keyOf(DRAW);
    const first = columnNormal(key, 77, 2, 0);
    columnNormal(key, 78, 2, 0);
    detectorCounts(key, 77, 2, 1, 3, 4, 50);
    expect(columnNormal(key, 77, 2, 0)).toBe(first);
  });
});

describe('neighbouring draws are unrelated', () => {
  it.each([1, 2, 3, 4, 7, 8, 9, 16, 24, 31, 32, 33, 64, 255, 256])('columns %i apart', (lag) => {
    const [a, b] = [sample.subarray(lag), sample.subarray(0, count - lag)];
    // Five standard errors of the correlation of unrelated samples; the same for their squares.
    expect(Math.abs(correlation(a, b))).toBeLessThan(5 / Math.sqrt(count - lag));
    const squares = [a, b].map((values) => values.map((value) => value * value));
    expect(Math.abs(correlation(squares[0]!, squares[1]!))).toBeLessThan(5 / Math.sqrt(count - lag));
  });

  const others: [string, Partial<Draw>][] = [
    ['the same name', {}],
    ['the next position', { position: 41 }],
    ['the position after', { position: 42 }],
    ['position + 2³¹', { position: 40 + 2 ** 31 }],
    ['the next reading: tile, slice or pass', { reading: 1 }],
    ['the reading after', { reading: 2 }],
    ['a far reading', { reading: 64 }],
    ['the next layer', { layer: 2 }],
    ['layer + 256', { layer: 257 }],
    ['the next operation', { operation: 'gate_up' }],
    ['the next seed', { seed: 6n }],
    ['seed + 2³²', { seed: 5n + (1n << 32n) }],
    ['the second matrix of a chain', { stream: SECOND }],
    ['the stage of a chain', { stream: STREAM.stage }],
    ['the next round of bound management', { stream: 1 << 8 }],
  ];
  const drawn = others.map(([, change]) => columnNormals({ ...DRAW, ...change }, count));

  it('whatever tells them apart: position, reading, layer, operation, seed, stream', () => {
    const found: string[] = [];
    others.forEach(([a], i) =>
      others.slice(0, i).forEach(([b], j) => {
        if (Math.abs(correlation(drawn[i]!, drawn[j]!)) >= 5 / Math.sqrt(count)) found.push(`${a} and ${b}`);
        const [squareA, squareB] = [drawn[i]!, drawn[j]!].map((values) => values.map((value) => value * value));
        if (Math.abs(correlation(squareA!, squareB!)) >= 5 / Math.sqrt(count)) found.push(`squares: ${a} and ${b}`);
      }),
    );
    expect(found).toEqual([]);
    expect(drawn[0]).toEqual(sample);
  });

  it('also one column or one reading further', () => {
    for (const other of drawn)
      for (const lag of [1, 8, 32])
        for (const [a, b] of [
          [sample.subarray(lag), other.subarray(0, count - lag)],
          [sample.subarray(0, count - lag), other.subarray(lag)],
        ] as const)
          expect(Math.abs(correlation(a, b))).toBeLessThan(5 / Math.sqrt(count - lag));
  });
});

describe('keys', () => {
  it('hold seed, position, layer and operation', () => {
    const word = matrixWord({ layer: 3, operation: 'down', columnStart: 9 });
    expect(word).toBe(3 * 256 + OPERATIONS.indexOf('down'));
    expect(drawKey(0xffff_fffe_0000_0007n, 0xffff_ffff, word)).toEqual([7, 0xffff_fffe, 0xffff_ffff, word]);
  });

  it('and streams never meet', () => {
    const rounds = [0, 1, 15].map((round) => round << 8);
    const streams = rounds.flatMap((round) =>
      [0, SECOND].flatMap((second) => Object.values(STREAM).map((stream) => round | second | stream)),
    );
    expect(new Set(streams).size).toBe(rounds.length * 2 * Object.keys(STREAM).length);
  });
});

describe('the uniform of an input', () => {
  const key = keyOf(DRAW);
  const uniforms = Float64Array.from({ length: count }, (_, input) => inputUniform(key, input, STREAM.rounding));

  it('is spread evenly over [0, 1)', () => {
    expect(ksDistance(uniforms, (u) => u)).toBeLessThan(ksBound(count));
    expect(uniforms.every((u) => u >= 0 && u < 1 && Number.isInteger(u * 2 ** 24))).toBe(true);
  });

  it.each([1, 8, 32])('is unrelated to that of an input %i further', (lag) => {
    expect(Math.abs(correlation(uniforms.subarray(lag), uniforms.subarray(0, count - lag)))).toBeLessThan(
      5 / Math.sqrt(count),
    );
  });
});

describe('the counts of two detectors', () => {
  const key = keyOf(DRAW);
  const counts = (plus: number, minus: number, below: number): [Float64Array, Float64Array] => {
    const drawn = Array.from({ length: 40_000 }, (_, column) => detectorCounts(key, column, 0, 1, plus, minus, below));
    return [Float64Array.from(drawn, ([a]) => a), Float64Array.from(drawn, ([, b]) => b)];
  };

  it('have their means as variance, on both sides of the boundary, and nothing to do with each other', () => {
    for (const below of [0, 50, 500]) {
      const [plus, minus] = counts(30, 80, below);
      for (const [values, mean] of [
        [plus, 30],
        [minus, 80],
      ] as const) {
        const found = moments(values);
        // Four standard errors: √(λ/n), and √((λ + 2λ²)/n) of a Poisson variance.
        expect(Math.abs(found.mean - mean)).toBeLessThan(4 * Math.sqrt(mean / values.length));
        expect(Math.abs(found.variance - mean)).toBeLessThan(4 * Math.sqrt((mean + 2 * mean * mean) / values.length));
      }
      expect(Math.abs(correlation(plus, minus))).toBeLessThan(5 / Math.sqrt(plus.length));
    }
  });

  it('are whole below poissonBelow, Gaussian from there on', () => {
    const whole = (mean: number): boolean => counts(mean, mean, 50).every((values) => values.every(Number.isInteger));
    expect(whole(49.999)).toBe(true);
    expect(whole(50)).toBe(false);
    const [plus, minus] = counts(50, 49, 50);
    expect(plus.some((value) => !Number.isInteger(value))).toBe(true);
    expect(minus.every(Number.isInteger)).toBe(true);
    const z = plus.map((value) => (value - 50) / Math.sqrt(50));
    expect(ksDistance(z, normalCdf)).toBeLessThan(ksBound(z.length));
  });

  it('come from words 0 and 1, and from words 2 and 3', () => {
    const words = new Uint32Array(4);
    const normals = new Float32Array(2);
    for (let column = 0; column < 50; column++) {
      threefry4x32Into(words, [column, 4, STREAM.counts, 0], key);
      normalPair(normals, 0, words[2]!, words[3]!);
      expect(detectorCounts(key, column, 4, STREAM.counts, 20, 1e4, 50)).toEqual([
        poisson(20, words[0]!, words[1]!),
        1e4 + 100 * normals[0]!,
      ]);
    }
  });
});
