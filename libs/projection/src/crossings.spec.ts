import { describe, expect, it } from 'vitest';
import { crossingOf, type Projections } from './crossings.js';
import type { Load } from './load.js';
import type { Projection } from './project.js';

/** Projections with what crossings look at, and nothing else. A memory holds 300 positions. */
const projector = (placement: string, joulesPerToken: (load: Load) => number): Projections => ({
  placement,
  at: (load) =>
    ({
      ...load,
      placement,
      seconds: 1,
      accelerators: 1,
      digitalUnit: { memories: Math.ceil((load.batch * load.context) / 300) },
      joulesPerToken: joulesPerToken(load),
    }) as Projection,
});

describe('where two placements change places', () => {
  const flat = projector('flat', () => 5);

  it('is the last batch or context at which one takes less', () => {
    const shared = projector('shared', ({ batch, context }) => 1 + (1000 + context) / batch);
    // 1 + 1100/B < 5 from B = 276 on; 1 + (1000 + C)/300 < 5 up to C = 199.
    const along = { along: 'batch', at: 100, grid: [1, 256, 1024] } as const;
    expect(crossingOf(shared, flat, 'energy', along)).toEqual({
      placement: 'shared',
      rival: 'flat',
      quantity: 'energy',
      along: 'batch',
      at: 100,
      ranges: [{ from: 276, to: null }],
      from: 1,
      to: 1024,
    });
    const contexts = { along: 'context', at: 300, grid: [128, 256] } as const;
    expect(crossingOf(shared, flat, 'energy', contexts).ranges).toEqual([{ from: 128, to: 199 }]);
    expect(crossingOf(flat, shared, 'energy', contexts).ranges).toEqual([{ from: 201, to: null }]);
  });

  it('is found where a further memory undoes it before the next point of the grid', () => {
    // More than 5 J while the last memory is nearly full, less otherwise.
    const saw = projector('saw', ({ batch, context }) => ((batch * context) % 300 > 250 ? 5.1 : 4.9));
    const along = { along: 'batch', at: 1, grid: [1, 512] } as const;
    expect(crossingOf(saw, flat, 'energy', along).ranges).toEqual([
      { from: 1, to: 250 },
      { from: 300, to: null },
    ]);
  });

  it('is nowhere where both take the same', () => {
    expect(crossingOf(flat, flat, 'time', { along: 'batch', at: 1, grid: [1, 2] }).ranges).toEqual([]);
  });
});
