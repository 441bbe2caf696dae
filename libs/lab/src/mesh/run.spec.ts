import { describe, expect, it } from 'vitest';
import { context, optionsOf } from '../../testing/context.js';
import { mesh } from './experiment.js';
import { runMesh } from './run.js';

interface Row {
  readonly subject: string;
  readonly cause: string;
  readonly sigma_rad: number;
  readonly fidelity: number | null;
  readonly fidelity_equation: number | null;
  readonly error: number;
  readonly error_equation: number;
}

const options = optionsOf(mesh, { modes: 16, draws: 60, points: 3, smallest: 0.01, largest: 0.04 });
const rows = runMesh(options, context).rows as unknown as readonly Row[];
const of = (subject: string, cause: string): readonly Row[] =>
  rows.filter((row) => row.subject === subject && row.cause === cause);

describe('lab mesh', () => {
  it('follows the closed forms of phase and splitter errors to 5 %, in error and in lost fidelity', () => {
    for (const subject of ['unitary', 'orthogonal'])
      for (const cause of ['phase', 'splitter'])
        for (const row of of(subject, cause)) {
          expect(Math.abs(row.error / row.error_equation - 1)).toBeLessThan(0.05);
          expect(Math.abs((1 - row.fidelity!) / (1 - row.fidelity_equation!) - 1)).toBeLessThan(0.1);
        }
  });

  it('shows a weight half of the amplitude of phase errors, and splitter errors in second order', () => {
    for (const cause of ['phase', 'splitter'])
      for (const row of of('weights', cause)) {
        expect(Math.abs(row.error / row.error_equation - 1)).toBeLessThan(0.1);
        expect(row.fidelity).toBeNull();
      }
    const [small, , large] = of('weights', 'splitter');
    expect(Math.log2(large!.error / small!.error) / 2).toBeCloseTo(2, 0.5);
  });

  it('gains by self-configuration: σ² for unitaries, σ^1.5 for real matrices, more in one quadrature', () => {
    for (const [subject, exponent] of [
      ['unitary', 2],
      ['orthogonal', 1.5],
    ] as const) {
      const [small, , large] = of(subject, 'splitter, self-configured');
      expect(Math.abs(Math.log2(large!.error / small!.error) / 2 - exponent)).toBeLessThan(0.4);
      expect(large!.error).toBeLessThan(of(subject, 'splitter')[2]!.error / 3);
    }
    const [mended] = of('weights', 'splitter, self-configured');
    expect(mended!.error).toBeLessThan(of('weights', 'splitter')[0]!.error / 5);
  });

  it('comes out the same of the same seed, and otherwise of another', () => {
    const few = optionsOf(mesh, { modes: 4, draws: 2, points: 2 });
    const first = runMesh(few, context);
    expect(runMesh(few, context).rows).toEqual(first.rows);
    expect(runMesh({ ...few, seed: 2n }, context).rows).not.toEqual(first.rows);
  });

  it('refuses a range without width', () => {
    expect(() => runMesh(optionsOf(mesh, { smallest: 0.1, largest: 0.1 }), context)).toThrow(
      /--smallest must be less than --largest/,
    );
  });
});
