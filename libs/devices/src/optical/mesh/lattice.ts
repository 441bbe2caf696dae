/** A step of the nulling: it makes element (row, column) zero by an interferometer on modes mode and mode + 1. */
export interface NullingStep {
  readonly row: number;
  readonly column: number;
  readonly mode: number;
  /** The interferometer stands before the diagonal of phases (it turns columns), or behind it (it turns rows). */
  readonly before: boolean;
  /** Its place in the order in which light passes them. */
  readonly place: number;
}

/** The rectangle of interferometers of Clements et al. (Optica 3, 1460, 2016): N(N − 1)/2 in N columns. */
export interface Lattice {
  readonly modes: number;
  /** Interferometers. */
  readonly count: number;
  /** Of each, in the order of light: the upper of its two modes, and its column. */
  readonly mode: Int32Array;
  readonly column: Int32Array;
  /** How many of them stand before the diagonal. */
  readonly before: number;
  readonly steps: readonly NullingStep[];
}

const lattices = new Map<number, Lattice>();

/** The lattice of N modes, 2 or more; made once. */
export function latticeOf(modes: number): Lattice {
  const known = lattices.get(modes);
  if (known) return known;
  const made = makeLattice(modes);
  lattices.set(modes, made);
  return made;
}

/** Nulling runs along diagonals from the lower left corner, in turns with columns and with rows. */
function makeLattice(modes: number): Lattice {
  const count = (modes * (modes - 1)) / 2;
  const raw: Omit<NullingStep, 'place'>[] = [];
  for (let i = 0; i < modes - 1; i++)
    for (let j = 0; j <= i; j++)
      if (i % 2 === 0) raw.push({ row: modes - 1 - j, column: i - j, mode: i - j, before: true });
      else raw.push({ row: modes - 1 - i + j, column: j, mode: modes - 2 - i + j, before: false });
  let [first, last] = [0, count];
  const steps = raw.map((step): NullingStep => ({ ...step, place: step.before ? first++ : --last }));
  const mode = new Int32Array(count);
  for (const step of steps) mode[step.place] = step.mode;
  const column = new Int32Array(count);
  const free = new Int32Array(modes);
  for (let place = 0; place < count; place++) {
    const m = mode[place]!;
    column[place] = Math.max(free[m]!, free[m + 1]!);
    free[m] = free[m + 1] = column[place]! + 1;
  }
  return { modes, count, mode, column, before: first, steps };
}
