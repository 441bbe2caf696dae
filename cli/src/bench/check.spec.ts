import { describe, expect, it } from 'vitest';
import { checkKernels } from './check.js';
import { PATHS } from './options.js';

const MATRICES = [
  { k: 256, n: 256, tileRows: 256 },
  { k: 512, n: 320, tileRows: 512 },
];

describe('the kernels of the bench', () => {
  const checks = checkKernels([1, 48], MATRICES, PATHS, [1, 2]);

  it('are all compared', () => {
    expect(checks).toHaveLength(3 * 2 * MATRICES.length * PATHS.length * 2);
  });

  it.each(checks)(
    '$kernel of $rows rows, $k×$n, $path on $threads thread(s) gives the bits of the reference',
    (check) => {
      expect(check.different).toBe(0);
    },
  );
});
