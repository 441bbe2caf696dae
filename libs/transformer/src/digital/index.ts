export * from './digital-unit.js';
export * from './digital-cost.js';
export * from './inline-digital-unit.js';
export * from './worker-digital-unit.js';
