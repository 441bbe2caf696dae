export {
  createMatmulFactory,
  MATMUL_KINDS,
  type MatmulDeps,
  type MatmulFactory,
  type MatmulKind,
} from './matmul-factory.js';
export type { Measured } from './recalibrate-cores.js';
