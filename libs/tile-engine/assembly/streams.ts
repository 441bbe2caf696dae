/** Word 2 of the counters, src/draws/dynamic.ts. */
export const GAUSSIAN_STREAM: i32 = 0;
export const COUNTS_STREAM: i32 = 1;
export const ROUNDING_STREAM: i32 = 2;
export const STAGE_STREAM: i32 = 3;
