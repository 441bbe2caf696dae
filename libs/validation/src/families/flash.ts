import type { Figure } from '../figure.js';
import { type Family, sumOf, TILE } from './family.js';

const SOURCE = 'Mythic, M1076 product brief';
const TILES = 76;

/** The vendor's figures of analog flash, 40 nm. */
export const flash: Family = {
  name: 'Mythic M1076, flash at 40 nm',
  *figures(bench): Generator<Figure> {
    const { seconds, joules, macs } = bench.rowOf('flash-sonos-40nm', 1024, 256, {}, 4);
    const row = sumOf(joules, TILE);
    yield {
      name: 'energy of a multiplication',
      source: SOURCE,
      kind: 'fitted',
      unit: 'pJ',
      published: 0.5,
      ours: (row / macs) * 1e12,
      tolerance: 0.1,
      note: 'adc_energy is fitted to it, at currents of 0.15 of the largest; Gaussian weights have less',
    };
    yield {
      name: 'chip of 76 tiles of 1024 × 1024',
      source: SOURCE,
      kind: 'fitted',
      unit: 'TOPS',
      published: 25,
      ours: (TILES * 2 * 1024 ** 2) / seconds / 1e12,
      tolerance: 0.02,
      note: 'integration_time is taken from it',
    };
    yield {
      name: 'power of the chip at full rate',
      source: SOURCE,
      kind: 'held out',
      unit: 'W',
      published: 3.5,
      ours: (TILES * 4 * row) / seconds,
      tolerance: 0.2,
      miss: 0.65,
      note: 'The vendor has 3 to 4 W at 25 TOPS, 0.24 to 0.32 pJ a multiplication, beside 0.5 pJ; the profile takes the 0.5 pJ.',
    };
  },
};
