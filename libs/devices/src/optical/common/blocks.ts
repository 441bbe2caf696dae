/** Blocks of one size, and how many there are. */
export interface Blocks {
  readonly size: number;
  readonly count: number;
}

/** What `total` falls into: whole blocks of `size`, and one of the rest. */
export function blocksOf(total: number, size: number): Blocks[] {
  const whole = Math.floor(total / size);
  const rest = total - whole * size;
  return [...(whole > 0 ? [{ size, count: whole }] : []), ...(rest > 0 ? [{ size: rest, count: 1 }] : [])];
}
