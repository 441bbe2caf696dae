import { describe, expect, it } from 'vitest';
import { lit, needs, together } from './analysis.js';
import type { Results } from './results.js';

const PHOTONS = [1, 3, 10, 30, 100, 300, 1000];

/** Models whose KL and excess are 11.5·(width/128)^−gain/photons nats a token, but for a document's own factor. */
function made(gain: number): Results {
  const widths = [128, 256, 512];
  const reference = [1, 2, 3, 4].map((nats) => ({ tokens: 100, nats, kl: 0 }));
  return {
    text: 'made',
    documents: 4,
    repeats: 2,
    gaussians: [],
    checkpoints: widths.map((width) => ({
      name: `w${width}`,
      width,
      parameters: 1,
      steps: 1,
      trainingTokens: 1,
      reference,
    })),
    rows: widths.flatMap((width) =>
      [...PHOTONS, null].map((detected) => ({
        checkpoint: `w${width}`,
        width,
        array: 'homodyne' as const,
        full: detected,
        detected,
        operations: [],
        documents: Array.from({ length: 8 }, (_, i) => {
          const error = detected === null ? 0 : (10 * (1 + 0.1 * (i % 4)) * (width / 128) ** -gain) / detected;
          return { tokens: 100, nats: reference[i % 4]!.nats + 100 * error, kl: 100 * error };
        }),
      })),
    ),
  };
}

describe('photons that a family needs', () => {
  it.each([0, 0.5, 1])('fall with the width as they were made to: exponent −%d', (gain) => {
    const found = needs(made(gain), ['w128', 'w256', 'w512']).filter(({ array }) => array === 'homodyne');
    const met = found.filter(({ law }) => law !== undefined);
    expect(met.length).toBeGreaterThan(0);
    for (const { law, interval } of met) {
      expect(law!.exponent).toBeCloseTo(-gain, 6);
      expect(interval![0]).toBeLessThanOrEqual(-gain + 1e-6);
      expect(interval![1]).toBeGreaterThanOrEqual(-gain - 1e-6);
    }
  });

  it('are those of the criterion: KL 0.1 nats of 11.5/n nats takes n = 115', () => {
    const kl = needs(made(1), ['w128', 'w256', 'w512']).find(({ criterion }) => criterion === 'KL 0.1 nats')!;
    expect(kl.photons[0]).toBeCloseTo(115, 8);
  });

  it('are open where no level of light is enough', () => {
    const [need] = needs(made(-2), ['w128', 'w256', 'w512']);
    expect(need!.photons).toContain(undefined);
    expect(need!.law).toBeUndefined();
    expect(need!.interval).toBeUndefined();
  });

  it('leave out what had no noise, and go from little light to much', () => {
    expect(lit(made(1), 'w256', 'homodyne').map(({ detected }) => detected)).toEqual(PHOTONS);
  });
});

describe('results of several runs', () => {
  const one = made(0);
  const of = (name: string) => ({
    ...one,
    checkpoints: one.checkpoints.filter((checkpoint) => checkpoint.name === name),
    rows: one.rows.filter(({ checkpoint }) => checkpoint === name),
  });

  it('go together by width, whatever the order of the files', () => {
    const parts = [of('w512'), of('w128'), of('w256')];
    expect(together(parts).checkpoints).toEqual(one.checkpoints);
    expect(needs(together(parts), ['w128', 'w256', 'w512'])).toEqual(needs(one, ['w128', 'w256', 'w512']));
  });

  it('do not where they are of other documents', () => {
    expect(() => together([of('w128'), { ...of('w256'), documents: 3 }])).toThrow(RangeError);
  });
});
