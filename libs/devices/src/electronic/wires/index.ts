export { effectiveMatrix, interleavedMatrix, type ExactMethod } from './effective-matrix.js';
export { fastDrop, type FastDrop } from './fast-form.js';
export { iterate, type Iterated, type IterateOptions } from './iterate.js';
export { lineForm } from './line-form.js';
export type { Wires } from './network.js';
export { OHMIC, type CellLaw } from './rails.js';
export { rankOne } from './rank-one.js';
export { wireModel, type Crossbar, type WireModel, type WireModelKind, type WireModelOptions } from './wire-model.js';
