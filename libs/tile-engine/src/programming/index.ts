export { type Address, type Block, ProgrammingKernels } from './kernels.js';
