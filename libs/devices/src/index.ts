export * from './create-device.js';
export * from './device.js';
export * from './digital/digital-unit.js';
export * from './kind.js';
export * from './kinds.js';
export * from './profile/load-profiles.js';
export * from './profile/parameters.js';
export * from './profile/profile.js';
export type { Quantity } from './profile/quantity.js';
