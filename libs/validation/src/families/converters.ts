import { adcEnergy } from '@ohmlight/devices/electronic';
import type { Figure } from '../figure.js';
import type { Family } from './family.js';

const SOURCE = 'hwcomponents-adc, its own code at 100 MS/s';

/** Node, effective bits, pJ. */
const POINTS = [
  [7, 8, 0.0984],
  [14, 8, 0.3622],
  [22, 8, 0.8472],
  [32, 4, 0.9237],
  [32, 8, 1.7137],
  [32, 12, 29.06],
  [65, 8, 6.4945],
  [130, 8, 23.905],
] as const;

/** The regression over published converters, which profiles without a converter of their own lean on. */
export const converters: Family = {
  name: 'Converter model',
  *figures(): Generator<Figure> {
    for (const [node, bits, published] of POINTS)
      yield {
        name: `conversion of ${bits} bits at ${node} nm`,
        source: SOURCE,
        kind: 'equation',
        unit: 'pJ',
        published,
        ours: adcEnergy(bits, 100e6, node) * 1e12,
        tolerance: 0.002,
      };
  },
};
