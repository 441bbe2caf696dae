/** What a placement decision needs to know of a core. */
export interface Candidate {
  readonly id: string;
  holds(shardId: string): boolean;
}

/** 32-bit FNV-1a. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
}

/** The weight of a core for a shard: MurmurHash3's finaliser over both names, so that ids that differ in one digit spread. */
function weight(shardId: string, coreId: string): number {
  let h = hash(shardId) ^ Math.imul(hash(coreId), 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/**
 * Cores in the order in which they should hold a shard: rendezvous (highest random weight) hashing, so that
 * every process derives the same order, shards spread evenly, and a lost core moves only its own shards.
 */
export function rank<C extends { readonly id: string }>(shardId: string, cores: readonly C[]): C[] {
  return cores
    .map((core) => ({ core, weight: weight(shardId, core.id) }))
    .sort((a, b) => b.weight - a.weight || (a.core.id < b.core.id ? -1 : 1))
    .map(({ core }) => core);
}

/** Where a shard runs now, and where it belongs. */
export interface Placed<C> {
  /** The best-ranked core that holds the shard; where none does, the owner, which is programmed first. */
  readonly run: C;
  /** The best-ranked core. Where it is not `run`, programming it spreads the load without delaying the job. */
  readonly owner: C;
}

/** Chooses among live cores; undefined when there are none. */
export function place<C extends Candidate>(shardId: string, cores: readonly C[]): Placed<C> | undefined {
  const ranked = rank(shardId, cores);
  const owner = ranked[0];
  if (!owner) return undefined;
  return { owner, run: ranked.find((core) => core.holds(shardId)) ?? owner };
}
