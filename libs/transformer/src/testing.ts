export * from './reference-matmul.js';
