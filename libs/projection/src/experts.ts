/** Below this a number of rows does not occur. */
const NEGLIGIBLE = 1e-15;

/** P(r) for r = 0 … n of a binomial of n trials at p, by its recurrence from the mode. */
export function binomial(n: number, p: number): Float64Array {
  const probabilities = new Float64Array(n + 1);
  if (p >= 1) {
    probabilities[n] = 1;
    return probabilities;
  }
  const mode = Math.min(n, Math.floor((n + 1) * p));
  const odds = p / (1 - p);
  probabilities[mode] = 1;
  for (let r = mode; r < n; r++) probabilities[r + 1] = (probabilities[r]! * (n - r) * odds) / (r + 1);
  for (let r = mode; r > 0; r--) probabilities[r - 1] = (probabilities[r]! * r) / ((n - r + 1) * odds);
  const sum = probabilities.reduce((total, value) => total + value, 0);
  return probabilities.map((value) => value / sum);
}

/** Rows that an expert gets of a batch, each row passing `active` of `count` experts that are as likely as one another. */
export interface ExpertLoad {
  /** P(rows of one expert). */
  readonly one: readonly { readonly rows: number; readonly probability: number }[];
  /** P(rows of the fullest expert). */
  readonly fullest: readonly { readonly rows: number; readonly probability: number }[];
  /** Expected number of experts that get any row: count·(1 − (1 − active/count)^batch). */
  readonly busy: number;
}

/**
 * Rows of one expert are binomial. Those of the fullest are taken as of independent experts, but never fewer than an even
 * share: exact for one row, and within a few percent beyond.
 */
export function expertLoad(batch: number, count: number, active: number): ExpertLoad {
  const one = binomial(batch, active / count);
  const even = Math.ceil((batch * active) / count);
  const listed = (probabilities: ArrayLike<number>) =>
    Array.from(probabilities, (probability, rows) => ({ rows, probability })).filter(
      ({ probability }) => probability > NEGLIGIBLE,
    );
  let below = 0;
  let before = 0;
  const fullest = Array.from(one, (probability, rows) => {
    below += probability;
    const upTo = rows < even ? 0 : Math.min(1, below) ** count;
    const here = upTo - before;
    before = upTo;
    return here;
  });
  return { one: listed(one), fullest: listed(fullest), busy: count * (1 - one[0]!) };
}
