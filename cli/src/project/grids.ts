/** Powers of 2 from 1 up to `most`, and `most`. */
export function powersOfTwo(most: number): number[] {
  const powers: number[] = [];
  for (let value = 1; value < most; value *= 2) powers.push(value);
  return [...powers, most];
}

/** Batches that crossings and plots go along. */
export const batchGrid = (asked: readonly number[]): number[] => powersOfTwo(Math.max(1024, ...asked));

/** Shortest context that crossings and plots go along. */
const LEAST = 128;
export const contextGrid = (most: number): number[] =>
  powersOfTwo(most).filter((value) => value >= Math.min(LEAST, most));
