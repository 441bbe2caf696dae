import type { Footprint } from '../../device.js';
import { rowSeconds, tileCount } from './cost.js';
import type { Mapping } from './mapping.js';
import type { Frame } from './parameters.js';

/** Area of one tile from its components, m²; undefined where the profile gives none. */
export function tileArea(p: Frame, mapping: Mapping): number | undefined {
  const columns = p.tile_columns * mapping.slices;
  // Polarities that are converted apart share their columns' ADCs.
  const adcs = Math.ceil(columns / (mapping.apart ? 2 : 1) / p.columns_per_adc);
  const cells = p.tile_rows * p.tile_columns * mapping.digits * mapping.devices;
  const area = cells * p.cell_area + p.tile_rows * p.dac_area + adcs * p.adc_area + p.tile_area;
  return area > 0 ? area : undefined;
}

/** Tiles, chips and area that a matrix of k × n takes; docs/reference/cost.md has the formulas. */
export function footprintOf(p: Frame, mapping: Mapping, k: number, n: number): Footprint {
  const tiles = tileCount(p, k, n);
  const area = tileArea(p, mapping);
  return {
    tiles,
    ...(p.chip_tiles > 0 && { chips: tiles / p.chip_tiles }),
    ...(area !== undefined && {
      squareMetres: tiles * (area + (p.chip_tiles > 0 ? p.chip_area / p.chip_tiles : 0)),
    }),
  };
}

/** What a full chip does, row after row. */
export interface Rating {
  readonly operationsPerSecond: number;
  readonly watts: number;
  readonly squareMetres: number | undefined;
}

/**
 * Throughput, power and area of `tiles` tiles that are never idle, with what a chip has beside them.
 * @param joulesPerRow what one tile takes for one row, without the bytes that it moves: their paths are in `shared_power`
 */
export function ratingOf(p: Frame, mapping: Mapping, joulesPerRow: number, tiles = p.chip_tiles): Rating {
  const { next } = rowSeconds(p, mapping, p.tile_columns);
  const area = tileArea(p, mapping);
  const chip = tiles === p.chip_tiles;
  return {
    operationsPerSecond: (2 * tiles * p.tile_rows * p.tile_columns) / next,
    watts: tiles * (joulesPerRow / next + p.shared_power) + (chip ? p.chip_power : 0),
    squareMetres: area === undefined ? undefined : tiles * area + (chip ? p.chip_area : 0),
  };
}
