export type { Assumptions } from './assumptions.js';
export { type Crossing, crossingOf, crossingPoints, QUANTITIES, type Quantity } from './crossings.js';
export { Hardware, hardwareOf } from './hardware.js';
export { KNOWN_MODELS, knownModel } from './known-models.js';
export { matricesOf, parametersOf } from './matrices.js';
export { MODEL_TYPES, type ModelShape, parseModelShape } from './model-shape.js';
export { type Load, project, type Projection } from './project.js';
