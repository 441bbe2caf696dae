import type { Operation } from '@ohmlight/contracts';

/** A device that a matrix may run on: what it alone does to the answers there, and what the matrix costs. */
export interface Choice {
  readonly profile: string;
  /** Mean KL(reference ‖ the reference with this matrix on the device), nats. */
  readonly klNats: number;
  /** Of one row. */
  readonly joules: number;
}

/** A matrix, and the devices that it may run on. */
export interface Slot {
  readonly layer: number;
  readonly operation: Operation;
  readonly choices: readonly Choice[];
}

/** A device for every matrix, in the order of the slots, with the sums that follow if matrices add. */
export interface Assignment {
  readonly choices: readonly Choice[];
  readonly klNats: number;
  readonly joules: number;
}

/** A change of one matrix's device to the next cheaper one. */
export interface Edge {
  readonly slot: number;
  readonly from: Choice;
  readonly to: Choice;
  /** Joules saved per nat added. */
  readonly gain: number;
}

export function assignmentOf(choices: readonly Choice[]): Assignment {
  const sum = (of: 'klNats' | 'joules'): number => choices.reduce((total, choice) => total + choice[of], 0);
  return { choices, klNats: sum('klNats'), joules: sum('joules') };
}

/**
 * The choices from the most accurate to the cheapest such that each step to the next saves less per nat than the one
 * before: the lower convex hull of (nats, joules).
 */
export function hullOf(choices: readonly Choice[]): Choice[] {
  const ordered = choices.toSorted((a, b) => a.klNats - b.klNats || a.joules - b.joules);
  const hull: Choice[] = [];
  for (const choice of ordered) {
    const last = hull.at(-1);
    if (last && choice.joules >= last.joules) continue;
    while (hull.length >= 2 && gainOf(hull.at(-2)!, hull.at(-1)!) <= gainOf(hull.at(-1)!, choice)) hull.pop();
    hull.push(choice);
  }
  return hull;
}

const gainOf = (from: Choice, to: Choice): number => {
  const nats = to.klNats - from.klNats;
  return nats > 0 ? (from.joules - to.joules) / nats : Infinity;
};

/** The most accurate device for every matrix, and all steps to cheaper ones, the best joules per nat first. */
export function greedyPath(slots: readonly Slot[]): { readonly start: Assignment; readonly edges: readonly Edge[] } {
  const hulls = slots.map(({ choices }) => hullOf(choices));
  const edges = hulls.flatMap((hull, slot) =>
    hull.slice(1).map((to, i): Edge => ({ slot, from: hull[i]!, to, gain: gainOf(hull[i]!, to) })),
  );
  // Within a slot gains fall strictly, so a stable sort keeps its steps in order.
  return { start: assignmentOf(hulls.map((hull) => hull[0]!)), edges: edges.toSorted((a, b) => b.gain - a.gain || 0) };
}

/** `start` after some of the edges, which keep the order of each slot. */
export function afterEdges(start: Assignment, edges: readonly Edge[]): Assignment {
  const choices = [...start.choices];
  for (const { slot, to } of edges) choices[slot] = to;
  return assignmentOf(choices);
}

/**
 * Edges beyond the first `taken` that fit into `room` nats, best first; one whose predecessor in its slot was left out
 * is left out too.
 */
export function fillEdges(edges: readonly Edge[], taken: number, room: number): Edge[] {
  const left = new Set<number>();
  const fill: Edge[] = [];
  for (const edge of edges.slice(taken)) {
    const nats = edge.to.klNats - edge.from.klNats;
    if (left.has(edge.slot) || nats > room) left.add(edge.slot);
    else {
      room -= nats;
      fill.push(edge);
    }
  }
  return fill;
}

/** What a whole assignment comes to when it is measured. */
export interface Measured {
  readonly klNats: number;
}

/** The cheapest assignment found that keeps to the budget, and how it was found. */
export interface Found<M extends Measured> {
  readonly assignment: Assignment;
  readonly measured: M;
  /** Assignments that were measured as a whole. */
  readonly measurements: number;
}

/** Assignments that are measured side by side; one number on every machine, so that all find the same. */
const ABREAST = 4;

/** `count` whole numbers strictly between two, evenly spread, or about `guess`. */
function between(low: number, high: number, count: number, guess?: number): number[] {
  const inside = high - low - 1;
  if (inside <= count) return Array.from({ length: inside }, (_, i) => low + 1 + i);
  if (guess === undefined)
    return Array.from({ length: count }, (_, i) => low + Math.round(((i + 1) * (inside + 1)) / (count + 1)));
  const first = Math.min(Math.max(low + 1, guess - Math.floor(count / 2)), high - count);
  return Array.from({ length: count }, (_, i) => first + i);
}

/**
 * Searches for the assignment of least energy whose measured divergence keeps to a budget. Steps are taken from the
 * most accurate assignment on, best joules per nat first; how many of them the budget bears is found by narrowing it
 * down over whole measurements, since divergences of several matrices do not quite add. Then steps behind the one that
 * broke the budget are added where the room that is left bears them.
 *
 * @param measure Divergence of whole assignments.
 * @returns Undefined, with the measurement of the most accurate assignment, where not even that keeps to the budget.
 */
export async function searchPlacement<M extends Measured>(
  slots: readonly Slot[],
  budget: number,
  measure: (assignments: readonly Assignment[]) => Promise<readonly M[]>,
): Promise<Found<M> | { readonly best: M }> {
  const { start, edges } = greedyPath(slots);
  const after = (count: number): Assignment => afterEdges(start, edges.slice(0, count));
  let measurements = 0;
  const measured = async (assignments: readonly Assignment[]): Promise<{ assignment: Assignment; measured: M }[]> => {
    measurements += assignments.length;
    const results = await measure(assignments);
    return assignments.map((assignment, i) => ({ assignment, measured: results[i]! }));
  };
  let [best] = (await measured([start])) as [{ assignment: Assignment; measured: M }];
  if (best.measured.klNats > budget) return { best: best.measured };
  // Where sums of single matrices reach the budget is the likeliest place.
  const reached = edges.findIndex((_, i) => after(i + 1).klNats > budget);
  let guess: number | undefined = reached < 0 ? edges.length : reached;
  // Invariant: `low` steps keep to the budget, `high` do not, or are more than there are.
  let [low, high] = [0, edges.length + 1];
  while (high - low > 1) {
    const counts = between(low, high, ABREAST, guess);
    guess = undefined;
    const results = await measured(counts.map(after));
    const broken = results.findIndex((result) => result.measured.klNats > budget);
    const held = broken < 0 ? results.length : broken;
    if (held > 0) [low, best] = [counts[held - 1]!, results[held - 1]!];
    if (broken >= 0) high = counts[broken]!;
  }
  // Divergences that do not add shrink or stretch the room that is left.
  const scale = best.assignment.klNats > 0 ? Math.max(1, best.measured.klNats / best.assignment.klNats) : 1;
  const room = (budget - best.measured.klNats) / scale;
  const fills = [1, 1 / 2, 1 / 4].map((part) => fillEdges(edges, low, room * part)).filter((fill) => fill.length > 0);
  const filled = await measured(fills.map((fill) => afterEdges(start, [...edges.slice(0, low), ...fill])));
  best = [best, ...filled]
    .filter((result) => result.measured.klNats <= budget)
    .reduce((least, result) => (result.assignment.joules < least.assignment.joules ? result : least));
  return { ...best, measurements };
}

/** Joules that the rows of matrices do not tell. */
export interface Whole<M extends Measured> {
  /** Whether a device takes power for being there, however few matrices it runs: an accelerator that idles. */
  readonly waits: (profile: string) => boolean;
  /** Of a whole, waiting included. */
  readonly joules: (measured: M) => number;
}

/**
 * `searchPlacement` where some devices wait at a power of their own. The path does not see it: a first matrix on such a
 * device costs far more than its row, a second no more. So where the find has such devices, it is searched again
 * without them, and with each of them alone; the cheapest whole is the answer.
 *
 * @param measure Divergence and joules of whole assignments.
 * @returns As `searchPlacement`.
 */
export async function searchWholePlacement<M extends Measured>(
  slots: readonly Slot[],
  budget: number,
  measure: (assignments: readonly Assignment[]) => Promise<readonly M[]>,
  { waits, joules }: Whole<M>,
): Promise<Found<M> | { readonly best: M }> {
  const first = await searchPlacement(slots, budget, measure);
  if ('best' in first) return first;
  const waiting = [...new Set(first.assignment.choices.map(({ profile }) => profile).filter(waits))];
  if (waiting.length === 0) return first;
  let best = first;
  let { measurements } = first;
  for (const only of [undefined, ...(waiting.length > 1 ? waiting : [])]) {
    const fewer = slots.map((slot) => ({
      ...slot,
      choices: slot.choices.filter(({ profile }) => profile === only || !waits(profile)),
    }));
    if (fewer.some(({ choices }) => choices.length === 0)) continue;
    const found = await searchPlacement(fewer, budget, measure);
    if ('best' in found) {
      measurements += 1;
      continue;
    }
    measurements += found.measurements;
    if (joules(found.measured) < joules(best.measured)) best = found;
  }
  return { ...best, measurements };
}
