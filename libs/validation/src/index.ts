export type { Figure, Kind } from './figure.js';
export { rowOf, type Status, type Summary, summaryOf, type ValidationRow } from './row.js';
export { validate } from './validate.js';
