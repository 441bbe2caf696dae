import { accelerators } from './accelerators.js';
import { charge } from './charge.js';
import { circuits } from './circuits.js';
import { converters } from './converters.js';
import type { Family } from './family.js';
import { flash } from './flash.js';
import { hermes } from './hermes.js';
import { isaac } from './isaac.js';
import { memories } from './memories.js';
import { neurram } from './neurram.js';
import { optical } from './optical.js';
import { products } from './products.js';

/** All families, in the order of the table. */
export const FAMILIES: readonly Family[] = [
  hermes,
  neurram,
  isaac,
  flash,
  charge,
  optical,
  accelerators,
  converters,
  memories,
  products,
  circuits,
];
