/** Injection tokens of what is not a class of its own, or is made by a factory. */
export const CONFIG = Symbol('CONFIG');
export const LOGGER = Symbol('LOGGER');
export const METRICS = Symbol('METRICS');
export const PROFILES = Symbol('PROFILES');
/** What time does to each profile's device. */
export const AGEINGS = Symbol('AGEINGS');
/** Where the virtual clocks stand. */
export const CLOCK_STORE = Symbol('CLOCK_STORE');
export const CALIBRATIONS = Symbol('CALIBRATIONS');
export const CATALOGUE = Symbol('CATALOGUE');
export const MATMUL_FACTORY = Symbol('MATMUL_FACTORY');
export const ENGINE = Symbol('ENGINE');
/** Redis connection for the registry; null where matmuls run in this process. */
export const REDIS = Symbol('REDIS');
/** Registry of processes; null where matmuls run in this process. */
export const REGISTRY = Symbol('REGISTRY');
/** Id of this process. */
export const PROCESS_ID = Symbol('PROCESS_ID');
