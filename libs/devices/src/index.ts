export * from './ageing.js';
export * from './create-device.js';
export * from './device.js';
export * from './digital/digital-unit.js';
export { DIGITAL_FORMATS } from './digital/digital.js';
export * from './digital/parameters.js';
export * from './digital/roofline.js';
export * from './kind.js';
export * from './kinds.js';
export { hasChain, uniformRules } from './profile/load-placement.js';
export * from './profile/load-profiles.js';
export * from './profile/parameters.js';
export * from './profile/profile.js';
export * from './profile/profile-digest.js';
export * from './profile/variant.js';
export type { Quantity } from './profile/quantity.js';
export { laserPowerForSensitivity, type LaserDemand } from './optical/architecture/laser.js';
export {
  type CoreGeometry,
  peakOperations,
  rating,
  type RatedPart,
  ratedPart,
  type Rating,
} from './optical/architecture/rating.js';
export { BERT_BASE, type EncoderShape, encoderWork, workloadLedger } from './optical/architecture/workload.js';
export type { Reload } from './reload.js';
export * from './standby.js';
