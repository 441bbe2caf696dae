import { describe, expect, it } from 'vitest';
import { readPromql } from './promql.js';

describe('readPromql', () => {
  it('takes series as they are served, under labels that they have', () => {
    const { metrics, faults } = readPromql(
      'histogram_quantile(0.5, sum by (pool, le) (rate(ohmlight_matmul_wall_seconds_bucket{op="o", job=~"dis.*"}[1m])))',
    );
    expect({ metrics, faults }).toEqual({ metrics: ['ohmlight_matmul_wall_seconds'], faults: [] });
  });

  it.each([
    ['ohmlight_nothing_total', 'ohmlight_nothing_total is not in the catalogue, or not served under that name'],
    ['ohmlight_matmul_wall_seconds', 'ohmlight_matmul_wall_seconds is not in the catalogue, or not served under that'],
    ['ohmlight_cores_sum', 'ohmlight_cores_sum is not in the catalogue, or not served under that name'],
    ['sum by (placement) (ohmlight_cores)', 'no series of the expression has the label placement'],
    ['ohmlight_cores{placement="x"}', 'ohmlight_cores has no label placement'],
    ['pool:ohmlight_gone:rate1m', 'pool:ohmlight_gone:rate1m is no recording rule'],
  ])('finds the fault of %s', (expression, fault) => {
    expect(readPromql(expression).faults).toEqual([expect.stringContaining(fault)]);
  });

  it('knows recording rules and the labels of their level', () => {
    const recorded = new Set(['pool_profile:ohmlight_x:rate1m']);
    expect(readPromql('sum by (pool) (pool_profile:ohmlight_x:rate1m)', recorded).faults).toEqual([]);
    expect(readPromql('sum by (op) (pool_profile:ohmlight_x:rate1m)', recorded).faults).toHaveLength(1);
  });
});
