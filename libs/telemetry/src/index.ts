export * from './catalogue.js';
export * from './config.js';
export * from './http.js';
export * from './logger.js';
export * from './metrics.js';
