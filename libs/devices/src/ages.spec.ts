import { describe, expect, it } from 'vitest';
import { Ages, MOST_AGES } from './ages.js';

class Age {
  released = false;
  readonly residentBytes = 10;
  release(): void {
    this.released = true;
  }
}

const setUp = () => {
  const ages = new Ages<Age>();
  let brought = 0;
  const at = (name: string, room = Infinity): Age =>
    ages.at(name, room, () => {
      brought++;
      return new Age();
    });
  return { ages, at, brought: () => brought };
};

describe('Ages', () => {
  it('bring an age once, however often callers alternate', () => {
    const { at, brought } = setUp();
    for (let i = 0; i < 10; i++) at(i % 2 === 0 ? 'day' : 'year');
    expect(brought()).toBe(2);
  });

  it('keep a few, and forget the one not asked for the longest', () => {
    const { ages, at } = setUp();
    const held = Array.from({ length: MOST_AGES }, (_, i) => at(String(i)));
    at('0');
    at('one more');
    expect(held.map(({ released }) => released)).toEqual(held.map((_, i) => i === 1));
    expect(ages.residentBytes).toBe(MOST_AGES * 10);
  });

  it('stay within the room that they are given, down to one', () => {
    const { ages, at } = setUp();
    at('a', 9);
    const b = at('b', 10);
    expect(ages.residentBytes).toBe(20);
    at('c', 9);
    expect(ages.residentBytes).toBe(20);
    at('d', 0);
    expect(b.released).toBe(true);
    expect(ages.residentBytes).toBe(20);
  });

  it('are trimmed to the last one used, and released', () => {
    const { ages, at } = setUp();
    const [a, b] = [at('a'), at('b')];
    at('a');
    ages.trim();
    expect([a.released, b.released]).toEqual([false, true]);
    ages.release();
    expect([a.released, ages.residentBytes]).toEqual([true, 0]);
  });
});
