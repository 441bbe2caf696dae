/** A count with its noun, whose plural ends in s: `1 document`, `4 documents`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
