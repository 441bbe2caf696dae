import { adcEnergy, type Frame, mappingOf, ratingOf } from '@ohmlight/devices/electronic';
import type { Figure } from '../figure.js';
import { type Family, sumOf, TILE } from './family.js';

const ISAAC = 'Shafiee et al., ISCA 2016 (ISAAC)';
const PUMA = 'Ankit et al., ASPLOS 2019 (PUMA)';
/** Arrays of a tile: 12 units of 8. */
const TILE_ARRAYS = 96;

/** Bit-serial crossbars of multi-bit RRAM, 32 nm. */
export const isaac: Family = {
  name: 'ISAAC and PUMA, RRAM at 32 nm',
  *figures(bench): Generator<Figure> {
    const p = bench.values('rram-isaac-32nm') as Frame;
    const mapping = mappingOf(p);
    // An array: 128 inputs, 16 outputs of 8 cells.
    const row = bench.rowOf('rram-isaac-32nm', 128, 16, {}, 100);
    const tile = ratingOf(p, mapping, sumOf(row.joules, TILE), TILE_ARRAYS);
    const chip = ratingOf(p, mapping, sumOf(row.joules, TILE));
    const base = { source: ISAAC, kind: 'components' as const };
    yield {
      ...base,
      name: 'tile of 96 arrays',
      unit: 'mW',
      published: 330,
      ours: tile.watts * 1e3,
      tolerance: 0.1,
      note: 'array power is fitted to half of the cells and lines on; converters take 1.667 pJ at the 1.28 GS/s that 128 columns in 100 ns need, where the table has 2 mW for 1.2 GS/s',
    };
    yield {
      ...base,
      name: 'area of the tile',
      unit: 'mm²',
      published: 0.372,
      ours: tile.squareMetres! * 1e6,
      tolerance: 0.02,
    };
    yield { ...base, name: 'chip of 168 tiles', unit: 'W', published: 65.8, ours: chip.watts, tolerance: 0.1 };
    yield {
      ...base,
      name: 'area of the chip',
      unit: 'mm²',
      published: 85.4,
      ours: chip.squareMetres! * 1e6,
      tolerance: 0.02,
    };
    yield {
      ...base,
      name: 'chip, 16 bit',
      unit: 'TOPS',
      published: 41.3,
      ours: chip.operationsPerSecond / 1e12,
      tolerance: 0.02,
    };
    yield {
      ...base,
      name: 'efficiency of the chip',
      unit: 'TOPS/W',
      published: 0.63,
      ours: chip.operationsPerSecond / chip.watts / 1e12,
      tolerance: 0.1,
    };
    yield {
      ...base,
      name: 'density of the chip',
      unit: 'TOPS/mm²',
      published: 0.479,
      ours: chip.operationsPerSecond / (chip.squareMetres! * 1e6) / 1e12,
      tolerance: 0.02,
    };
    yield {
      name: 'conversion of 8 bits at 1.28 GS/s, by the regression over published converters',
      source: ISAAC,
      kind: 'held out',
      unit: 'pJ',
      published: 1.667,
      ours: adcEnergy(8, 1.28e9, 32) * 1e12,
      tolerance: 0.1,
      miss: 0.157,
      note: 'well within the scatter of published converters around the regression, a factor of 5.7; rram-isaac-32nm has the published value',
    };
    const unit = bench.rowOf('rram-puma-32nm', 128, 128, {}, 20);
    yield {
      name: 'matrix unit, product of 128 × 128',
      source: PUMA,
      kind: 'fitted',
      unit: 'ns',
      published: 2304,
      ours: unit.seconds * 1e9,
      tolerance: 0.01,
      note: 'adc_rate is taken from it',
    };
    yield {
      name: 'energy of the matrix unit, a multiplication',
      source: PUMA,
      kind: 'components',
      unit: 'pJ',
      published: 43_970 / 128 ** 2,
      ours: (sumOf(unit.joules, TILE) / 128 ** 2) * 1e12,
      tolerance: 0.1,
      note: 'PUMA’s drivers and converters, ISAAC’s arrays',
    };
  },
};
