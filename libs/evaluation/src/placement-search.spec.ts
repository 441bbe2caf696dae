import { philox4x32 } from '@ohmlight/contracts';
import { describe, expect, it } from 'vitest';
import {
  type Assignment,
  assignmentOf,
  type Choice,
  fillEdges,
  greedyPath,
  hullOf,
  searchPlacement,
  searchWholePlacement,
  type Slot,
} from './placement-search.js';

const choice = (profile: string, klNats: number, joules: number): Choice => ({ profile, klNats, joules });
const slot = (layer: number, ...choices: Choice[]): Slot => ({ layer, operation: 'o', choices });

/** A search over matrices whose divergences add, times a factor. */
const search = (slots: readonly Slot[], budget: number, factor = 1) =>
  searchPlacement(slots, budget, async (all) => all.map(({ klNats }) => ({ klNats: klNats * factor })));

describe('the hull of the choices', () => {
  it('leaves out what another beats, and what two others together beat', () => {
    const [exact, fine, dull, coarse] = [
      choice('exact', 0, 10),
      choice('fine', 1, 4),
      choice('dull', 2, 3.9),
      choice('coarse', 3, 1),
    ];
    const beaten = choice('beaten', 1.5, 11);
    expect(hullOf([coarse, beaten, exact, dull, fine])).toEqual([exact, fine, coarse]);
    expect(hullOf([choice('a', 0, 5), choice('b', 0, 4)])).toEqual([choice('b', 0, 4)]);
  });
});

describe('the path', () => {
  it('takes the most joules per nat first, each slot in its own order', () => {
    const slots = [
      slot(0, choice('a', 0, 10), choice('b', 1, 5), choice('c', 2, 4)),
      slot(1, choice('a', 0, 10), choice('b', 1, 8)),
    ];
    const { start, edges } = greedyPath(slots);
    expect(start).toEqual({ choices: [choice('a', 0, 10), choice('a', 0, 10)], klNats: 0, joules: 20 });
    expect(edges.map(({ slot: at, to }) => `${at} ${to.profile}`)).toEqual(['0 b', '1 b', '0 c']);
    expect(fillEdges(edges, 1, 1).map(({ to }) => to.profile)).toEqual(['b']);
    expect(fillEdges(edges, 0, 0.5)).toEqual([]);
  });
});

describe('the search', () => {
  const slots = [
    slot(0, choice('a', 0, 10), choice('b', 1, 5), choice('c', 4, 1)),
    slot(1, choice('a', 0, 10), choice('b', 2, 9)),
    slot(2, choice('a', 0, 2), choice('c', 8, 1)),
  ];
  const profiles = (found: { readonly assignment: Assignment }): string =>
    found.assignment.choices.map(({ profile }) => profile).join('');

  it('keeps to the budget as measured, not as added', async () => {
    expect(profiles((await search(slots, 1)) as never)).toBe('baa');
    expect(profiles((await search(slots, 1, 1.5)) as never)).toBe('aaa');
    expect(profiles((await search(slots, 4)) as never)).toBe('caa');
    expect(profiles((await search(slots, 100)) as never)).toBe('cbc');
    expect(profiles((await search(slots, 0)) as never)).toBe('aaa');
  });

  it('takes steps behind one that does not fit, where there is room', async () => {
    const [wide, narrow] = [
      slot(0, choice('a', 0, 100), choice('b', 5, 1)),
      slot(1, choice('a', 0, 10), choice('b', 1, 9)),
    ];
    expect(profiles((await search([wide, narrow], 2)) as never)).toBe('ab');
  });

  it('says how near the most accurate comes where nothing keeps to the budget', async () => {
    expect(await search([slot(0, choice('a', 3, 1))], 2)).toEqual({ best: { klNats: 3 } });
  });

  it('is never beaten by a uniform assignment, and comes near the best of all', async () => {
    for (let seed = 0; seed < 20; seed++) {
      const draw = (i: number, j: number): number => (philox4x32([i, j, 0, 0], [seed, 2])[0] + 1) / 2 ** 32;
      const many = Array.from({ length: 5 }, (_, i) =>
        slot(
          i,
          ...['a', 'b', 'c'].map((name, j) =>
            choice(name, j === 0 ? 0 : draw(i, j), draw(i, 10 + j) + (j === 0 ? 2 : 0)),
          ),
        ),
      );
      const all = many.reduce<Choice[][]>(
        (lists, { choices }) => lists.flatMap((list) => choices.map((one) => [...list, one])),
        [[]],
      );
      const budget = 0.8;
      const best = Math.min(
        ...all
          .map(assignmentOf)
          .filter(({ klNats }) => klNats <= budget)
          .map(({ joules }) => joules),
      );
      const found = await search(many, budget);
      if (!('assignment' in found)) throw new Error('a budget that the exact device keeps was not met');
      expect(found.measured.klNats).toBeLessThanOrEqual(budget);
      expect(found.assignment.joules).toBeGreaterThanOrEqual(best - 1e-12);
      expect(found.assignment.joules).toBeLessThan(1.4 * best);
      const uniform = [0, 1, 2].map((j) => assignmentOf(many.map(({ choices }) => choices[j]!)));
      const within = uniform.filter(({ klNats }) => klNats <= budget).map(({ joules }) => joules);
      expect(found.assignment.joules).toBeLessThanOrEqual(Math.min(...within));
    }
  });
});

describe('the search among devices that wait', () => {
  /** Two accelerators that idle at 100 J and 30 J a step; matrices whose divergences add. */
  const idle: Readonly<Record<string, number>> = { gpu: 100, npu: 30 };
  const whole = async (slots: readonly Slot[], budget: number) => {
    const found = await searchWholePlacement(
      slots,
      budget,
      async (all) =>
        all.map(({ klNats, joules, choices }) => ({
          klNats,
          joules:
            joules +
            [...new Set(choices.map(({ profile }) => profile))].reduce((sum, name) => sum + (idle[name] ?? 0), 0),
        })),
      { waits: (profile) => profile in idle, joules: (measured) => measured.joules },
    );
    if ('best' in found) return found;
    return {
      profiles: found.assignment.choices.map(({ profile }) => profile).join(' '),
      joules: found.measured.joules,
    };
  };
  const gpu = choice('gpu', 0, 1);
  const npu = choice('npu', 0.5, 0.9);
  const fine = choice('fine', 0.4, 3);
  const coarse = choice('coarse', 3, 0.5);

  it('does without one where another holds the budget for less, though each of its rows is cheap', async () => {
    const slots = [slot(0, gpu, fine, coarse), slot(1, gpu, fine, coarse), slot(2, gpu, fine, coarse)];
    expect(await whole(slots, 1.3)).toEqual({ profiles: 'fine fine fine', joules: 9 });
  });

  it('keeps the one that idles at less where none will not do', async () => {
    const slots = [slot(0, gpu, npu, coarse), slot(1, gpu, npu, coarse)];
    expect(await whole(slots, 1)).toEqual({ profiles: 'npu npu', joules: 31.8 });
    // Both at once are paid for twice: the first search's find.
    expect(await whole([slot(0, gpu, coarse), slot(1, npu, coarse)], 1)).toEqual({
      profiles: 'gpu npu',
      joules: 131.9,
    });
  });

  it('keeps one that alone holds the budget, and says what is nearest where nothing does', async () => {
    expect(await whole([slot(0, gpu, fine)], 0.1)).toEqual({ profiles: 'gpu', joules: 101 });
    expect(await whole([slot(0, fine, coarse)], 0.1)).toEqual({ best: { klNats: 0.4, joules: 3 } });
  });
});
