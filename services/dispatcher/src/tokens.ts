/** Injection tokens of what is no class of this service. */
export const CONFIG = Symbol('config');
export const LOGGER = Symbol('logger');
/** Commands of workers and replies: waits for a Redis that is away. */
export const REDIS = Symbol('redis');
/** Registry reads and heartbeats: fails soon where Redis is away. */
export const REGISTRY_REDIS = Symbol('registry redis');
export const REGISTRY = Symbol('registry');
export const IDENTITY = Symbol('identity');
export const PROFILES = Symbol('profiles');
export const CALIBRATIONS = Symbol('calibrations');
export const CHECKPOINTS = Symbol('checkpoints');
export const JOB_SOURCE = Symbol('job source');
export const JOB_HANDLER = Symbol('job handler');
