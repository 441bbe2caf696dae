export * from './core-client.js';
