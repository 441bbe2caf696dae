/**
 * The parts that optical devices are made of, for experiments that look inside one: light and its detection, link
 * budgets, phases, recovery of signed products, meshes. Serving needs none of it; the package's main entry has what it needs.
 */
export { cosine, sine } from './common/angles.js';
export { bandwidthOf, darkCounts, electronicNoise, shotCurrent, thermalCurrent } from './common/detector.js';
export { detectedPhotons, photonEnergy, transmission } from './common/link-budget.js';
export { contrast, lightOfRails } from './common/rails.js';
export { mirrorCounts } from './dmd/light.js';
export type { Dmd } from './dmd/parameters.js';
export { planeCode, planesOf } from './dmd/planes.js';
export { pixelCounts } from './freespace/freespace.js';
export type { Freespace } from './freespace/parameters.js';
export { railsOfProfile } from './freespace/program-freespace.js';
export { symbolCounts } from './homodyne-tfln/light.js';
export type { HomodyneTfln } from './homodyne-tfln/parameters.js';
export * from './mesh/closed-forms.js';
export { type Imperfections, PERFECT } from './mesh/imperfections.js';
export { latticeOf } from './mesh/lattice.js';
export { Mesh, NORMALS as NORMALS_PER_INTERFEROMETER, nothingCarried } from './mesh/mesh.js';
export { type Fields, fieldsOf, lightEach } from './mesh/propagate.js';
export { type Complex, fidelity, randomUnitary, squareError } from './mesh/unitary.js';
export { WeightArray } from './mesh/weight-array.js';
export { countsOf } from './phase-mask/light.js';
export type { PhaseMask } from './phase-mask/parameters.js';
export * from './phase-mask/recovery.js';
export { valuesOf } from '../profile/quantity.js';
