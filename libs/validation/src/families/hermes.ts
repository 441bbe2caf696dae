import { type Frame, mappingOf, ratingOf } from '@ohmlight/devices/electronic';
import type { Bench } from '../bench.js';
import type { Figure } from '../figure.js';
import { type Family, sumOf, TILE } from './family.js';

const SOURCE = 'Le Gallo et al., Nature Electronics 6, 680 (2023)';
const PROFILE = 'pcm-hermes-14nm';
/** Polarities of inputs and of weights one after the other. */
const FOUR_PHASES = { input_signs: 'two-pass', weight_scheme: 'differential-digital' };
const CORES = 64;
const OPERATIONS = 2 * 256 * 256;

function phase(bench: Bench, point: object) {
  const { seconds, joules } = bench.rowOf(PROFILE, 256, 256, { ...point }, 1);
  const core = sumOf(joules, TILE);
  const p = bench.values(PROFILE, { ...point }) as Frame;
  const { squareMetres } = ratingOf(p, mappingOf(p), core);
  return { seconds, core, tops: (CORES * OPERATIONS) / seconds / 1e12, area: squareMetres! };
}

/** IBM's chip of 64 cores of phase-change memory, 14 nm. */
export const hermes: Family = {
  name: 'HERMES, PCM at 14 nm',
  *figures(bench): Generator<Figure> {
    const one = phase(bench, {});
    const four = phase(bench, FOUR_PHASES);
    const base = { source: SOURCE } as const;
    yield {
      ...base,
      name: 'product of 256 × 256, one phase',
      unit: 'ns',
      kind: 'fitted',
      published: 133,
      ours: one.seconds * 1e9,
      tolerance: 0.01,
      note: 'read_overhead is what remains of it beside the pulses',
    };
    yield {
      ...base,
      name: 'product of 256 × 256, four phases',
      unit: 'ns',
      kind: 'held out',
      published: 521,
      ours: four.seconds * 1e9,
      tolerance: 0.05,
      note: '16.1 TOPS of the chip',
    };
    yield {
      ...base,
      name: 'energy of a product, one phase',
      unit: 'nJ',
      kind: 'fitted',
      published: 13.4,
      ours: one.core * 1e9,
      tolerance: 0.05,
      note: 'adc_energy is fitted to it, at conductances of 0.15 g_max; Gaussian weights have less',
    };
    yield {
      ...base,
      name: 'energy of a product, four phases',
      unit: 'nJ',
      kind: 'held out',
      published: 52.8,
      ours: four.core * 1e9,
      tolerance: 0.1,
      note: '2.48 TOPS/W of the chip',
    };
    yield {
      ...base,
      name: 'density of the chip, one phase',
      unit: 'TOPS/mm²',
      kind: 'fitted',
      published: 1.55,
      ours: one.tops / (one.area * 1e6),
      tolerance: 0.02,
      note: 'tile_area is fitted to it',
    };
  },
};
