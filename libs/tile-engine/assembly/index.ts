/** Everything that the host calls. */
export { chainStage } from './chain-stage';
export { convertInputs } from './convert-inputs';
export * from './digital/index';
export { pairNormals, pairVariance, programPairs } from './device-pairs';
export { packFloats } from './float-matrix';
export { help, join, work } from './jobs';
export { packCodes } from './pack-codes';
export { packDigits } from './pack-digits';
export { product } from './product';
export { cellNormals, decayDevices, shiftDevices } from './programming';
export { products } from './read-tiles';
