import { describe, expect, it } from 'vitest';
import { context, optionsOf } from '../../testing/context.js';
import { mlp } from './experiment.js';
import { runMlp } from './run.js';

const SMALL = { hidden: 10, points: 120, turns: 0.75, epochs: 300, chips: 3, repeats: 2 } as const;

describe('lab mlp', () => {
  it('compares the digital network with chips that err by mismatch, noise and both', () => {
    const outcome = runMlp(optionsOf(mlp, SMALL), context);
    const [digital, ...circuit] = outcome.rows;
    expect(digital).toMatchObject({ network: 'digital', agreement: 1 });
    expect(circuit.map(({ errors, chips, readings }) => [errors, chips, readings])).toEqual([
      ['none', 1, 1],
      ['noise', 1, 2],
      ['mismatch', 3, 1],
      ['both', 3, 2],
    ]);
    expect(digital!['test_accuracy']).toBeGreaterThan(0.95);
    for (const row of circuit) expect(row['test_accuracy']).toBeGreaterThan(0.9);
    expect(outcome.figure.panels).toHaveLength(2);
    expect(runMlp(optionsOf(mlp, SMALL), context)).toEqual(outcome);
  });

  it('shows where a bare diode fails, and that training for it helps', () => {
    const { rows, figure } = runMlp(optionsOf(mlp, { ...SMALL, rectifier: 'diode', train: 'circuit' }), context);
    const both = rows.filter(({ errors }) => errors === 'both');
    expect(both.map(({ training }) => training)).toEqual(['fp32', 'circuit']);
    const [plain, trained] = both.map((row) => row['test_accuracy'] as number) as [number, number];
    expect(plain).toBeLessThan(0.75);
    expect(trained).toBeGreaterThan(plain + 0.1);
    expect(figure.panels).toHaveLength(3);
  });

  it('names the profiles that fit', () => {
    expect(() => runMlp(optionsOf(mlp, { profile: 'pcm-standard' }), context)).toThrow(
      /another kind \(pcm\); this experiment takes gilbert-board-ad633, gilbert-opamp-cmos/,
    );
    expect(() => runMlp(optionsOf(mlp, { set: [{ name: 'swing', value: '-1' }] }), context)).toThrow(/swing=-1/);
    expect(() => runMlp(optionsOf(mlp, { set: [{ name: 'nothing', value: '1' }] }), context)).toThrow(/"nothing"/);
  });
});
