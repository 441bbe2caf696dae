import { staticSource } from '@ohmlight/tile-engine';
import { describe, expect, it } from 'vitest';
import { random } from '../../../../tile-engine/testing/random.js';
import { crossbarBasic, varied } from '../../../testing/profiles.js';
import { valuesOf } from '../../profile/quantity.js';
import { BulkPairs, programPairs } from './device-pairs.js';

const rram = valuesOf(crossbarBasic.parameters);
const pcm = valuesOf(
  varied(crossbarBasic, {
    g_min: 0,
    g_max: 25e-6,
    programming_sigma: [0.26348e-6, 1.965e-6, -1.1731e-6],
    read_law: 'pcm',
    read_coefficients: [0.0088, 0.65, 0.2],
  }).parameters,
);

describe.each([
  ['RRAM', rram],
  ['RRAM down to 0', { ...rram, g_min: 0 }],
  ['RRAM without error', { ...rram, programming_sigma: [] }],
  ['PCM', pcm],
])('pairs in bulk: %s', (_, p) => {
  it.each([1, 2, 3, 4, 255, 256, 1024])('%i inputs have the bits of the reference', (count) => {
    const draw = random(count);
    const source = staticSource(0xfedc_ba98_7654_3210n, 'pairs');
    const bulk = new BulkPairs(p, source, count);
    const rows = new Float64Array(count);
    bulk.rows.fill(0);
    let missed = 0;
    for (const [column, input] of [
      [0, 0],
      [7, 3],
      [0x8000_0001, 4096],
    ] as const) {
      const weights = draw.gaussians(count);
      weights[count >> 1] = 0;
      weights[0] = -4;
      const largest = Math.max(...weights.map(Math.abs));
      const [fast, slow] = [new Float32Array(count), new Float32Array(count)];
      const cells = { weights, input, column, largest };
      const variance = programPairs(p, source, { ...cells, effective: slow }, rows);
      expect(bulk.program({ ...cells, effective: fast })).toBe(variance);
      expect(variance).toBeGreaterThan(0);
      expect(fast).toEqual(slow);
      missed += slow.filter((value, i) => Math.abs(value - weights[i]!) > 1e-6).length;
    }
    expect(bulk.rows.subarray(0, count)).toEqual(rows);
    expect(missed > 0).toBe(p.programming_sigma.length > 0);
    bulk.close();
  });
});

it('take no room in the kernels when closed', () => {
  const source = staticSource(1n, 'pairs');
  for (let i = 0; i < 2000; i++) new BulkPairs(rram, source, 1024).close();
  const pairs = new BulkPairs(rram, source, 1024);
  expect(pairs.rows.length).toBe(1024);
  pairs.close();
});
