import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Comparison, shownOf, tableOf } from './table.js';

const { comparisons } = JSON.parse(readFileSync(join(import.meta.dirname, 'results/aihwkit.json'), 'utf8')) as {
  comparisons: Comparison[];
};
const GUIDE = 'docs/guides/peers.md';

describe("the outputs beside AIHWKIT's", () => {
  it('are in the guide as they were measured', async () => {
    const guide = readFileSync(GUIDE, 'utf8');
    const table = `<!-- table -->\n\n${tableOf(shownOf(comparisons))}\n\n<!-- end -->`;
    await expect(guide.replace(/<!-- table -->[^]*<!-- end -->/, () => table)).toMatchFileSnapshot(
      join(process.cwd(), GUIDE),
    );
  });

  it.each(['pcm-hermes-14nm', 'pcm-standard, no wires, scale of targets', 'rram-neurram-130nm, scale of targets'])(
    '%s: no further apart than two chips, give or take, and σ to 3 %',
    (name) => {
      const rows = comparisons.filter((comparison) => comparison.case === name);
      expect(rows.length).toBeGreaterThanOrEqual(12);
      for (const { wasserstein, kolmogorov, ohmlight, aihwkit } of rows) {
        expect(wasserstein.ohmlight).toBeLessThan(2 * wasserstein.seeds);
        expect(kolmogorov.ohmlight).toBeLessThan(2 * kolmogorov.seeds);
        expect(Math.abs(ohmlight.std / aihwkit.std - 1)).toBeLessThan(0.035);
      }
    },
  );
});
