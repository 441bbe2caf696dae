import { describe, expect, it } from 'vitest';
import { moments } from '../../../../tile-engine/testing/random.js';
import { columnNormals, DOMAIN, staticKey, threefry } from './cell-draws.js';
import { NORMALS } from './normal-table.js';

describe('draws of static error', () => {
  it('are Threefry-4x32-13: the known answers of Random123', () => {
    const out = new Uint32Array(4);
    threefry(out, [0, 0, 0, 0], 0, 0, 0, 0);
    expect([...out]).toEqual([0x531c7e4f, 0x39491ee5, 0x2c855a92, 0x3d6abf9a]);
    threefry(out, [0xa4093822, 0x299f31d0, 0x082efa98, 0xec4e6c89], 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344);
    expect([...out]).toEqual([0x4aa71d8f, 0x734738c2, 0x431fc6a8, 0xae6debf1]);
  });

  it('are normal: moments of 400 000, and quantiles of the table', () => {
    const z = new Float32Array(400_000);
    columnNormals(z, staticKey(1n, 'm', DOMAIN.cells), 3, 0, 0, 100_000);
    const { mean, variance, kurtosis } = moments(z);
    expect(Math.abs(mean)).toBeLessThan(3 / Math.sqrt(z.length));
    expect(Math.abs(variance - 1)).toBeLessThan(3 * Math.sqrt(2 / z.length));
    expect(Math.abs(kurtosis)).toBeLessThan(3 * Math.sqrt(24 / z.length));
    // Quantiles of 0.8413447, 0.9772499 and 0.9986501: 1, 2 and 3.
    for (const [p, sigma] of [
      [0.8413447, 1],
      [0.9772499, 2],
      [0.9986501, 3],
    ] as const)
      expect(NORMALS[Math.floor(p * 65_536)]! / sigma).toBeCloseTo(1, 2);
  });

  it('belong to a cell: not to the number of inputs, and apart for columns, slices, chips and matrices', () => {
    const draw = (seed: bigint, matrix: string, column: number, slice: number, inputs: number): number[] => {
      const z = new Float32Array(4 * inputs);
      columnNormals(z, staticKey(seed, matrix, DOMAIN.cells), column, slice, 0, inputs);
      return [...z];
    };
    const first = draw(1n, 'm', 5, 0, 7);
    expect(draw(1n, 'm', 5, 0, 9).slice(0, 28)).toEqual(first);
    const part = new Float32Array(12);
    columnNormals(part, staticKey(1n, 'm', DOMAIN.cells), 5, 0, 3, 6);
    expect([...part]).toEqual(first.slice(12, 24));
    for (const other of [
      draw(2n, 'm', 5, 0, 7),
      draw(1n, 'n', 5, 0, 7),
      draw(1n, 'm', 6, 0, 7),
      draw(1n, 'm', 5, 1, 7),
    ])
      expect(other).not.toEqual(first);
  });
});
