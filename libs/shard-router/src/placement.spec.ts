import { describe, expect, it } from 'vitest';
import { place, rank } from './placement.js';

const cores = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ id: `analog-crossbar-${i}`, holds: () => false }));
const shards = Array.from({ length: 600 }, (_, i) => `nano/${i % 5}/qkv/${i * 256}-${i * 256 + 256}@crossbar-basic#1`);

describe('rank', () => {
  it('does not depend on the order in which cores are listed', () => {
    const some = cores(5);
    for (const shard of shards.slice(0, 50)) expect(rank(shard, some.toReversed())).toEqual(rank(shard, some));
  });

  it('spreads shards evenly over cores whose ids differ in one digit', () => {
    const counts = new Map<string, number>();
    for (const shard of shards) {
      const { id } = rank(shard, cores(4))[0]!;
      counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    expect(counts.size).toBe(4);
    for (const count of counts.values()) {
      expect(count).toBeGreaterThan(110);
      expect(count).toBeLessThan(190);
    }
  });

  it('moves only the shards of a lost core', () => {
    const before = cores(4);
    const lost = before[2]!;
    const after = before.filter((core) => core !== lost);
    const others = shards.filter((shard) => rank(shard, before)[0] !== lost);
    expect(others.length).toBeLessThan(shards.length);
    expect(others.map((shard) => rank(shard, after)[0])).toEqual(others.map((shard) => rank(shard, before)[0]));
  });
});

describe('place', () => {
  it('has no answer without cores', () => {
    expect(place('s', [])).toBeUndefined();
  });

  it('prefers a core that holds the shard, and still names the owner', () => {
    const some = cores(3);
    const ranked = rank('s', some);
    const holder = { ...ranked[2]!, holds: () => true };
    const placed = place('s', [ranked[0]!, ranked[1]!, holder]);
    expect(placed).toEqual({ run: holder, owner: ranked[0] });
  });

  it('runs on the owner once it holds the shard too', () => {
    const all = cores(3).map((core) => ({ ...core, holds: () => true }));
    const placed = place('s', all)!;
    expect(placed.run).toBe(placed.owner);
  });
});
