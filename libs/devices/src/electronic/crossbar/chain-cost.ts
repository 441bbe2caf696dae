import { emptyLedger, type Ledger } from '@ohmlight/contracts';
import { cellPower } from '../chain/circuit.js';
import type { Chain } from '../chain/parameters.js';
import { type ArrayShape, OUTPUT_BYTES, passesOf, tileCount } from './cost.js';
import type { Frame } from './parameters.js';

/**
 * Two arrays with multiplying cells between them, converters at the ends alone. Sampled sums and lines hold, so a
 * row may enter the first array while the one before it is in the second. Formulas: docs/reference/ffn.md.
 *
 * @param driven Σ of the lines' conductances, each by the square of its voltage in parts of read_voltage, S; both arrays.
 */
export function chainLedger(
  p: Frame,
  circuit: Chain,
  first: ArrayShape,
  second: ArrayShape,
  rows: number,
  driven: number,
): Ledger {
  const { k } = first;
  const { k: inner, n } = second;
  const passes = passesOf(p);
  const [firstTiles, secondTiles] = [Math.ceil(k / p.tile_rows), Math.ceil(inner / p.tile_rows)];
  const reading = passes * p.integration_time;
  const convert = Math.min(p.columns_per_adc, p.tile_columns, n) / p.adc_rate;
  const active = rows * (reading + circuit.settling_time + p.integration_time);
  const seconds =
    reading +
    circuit.settling_time +
    p.integration_time +
    convert +
    p.read_overhead +
    (rows - 1) * (Math.max(reading, circuit.settling_time, p.integration_time, convert) + p.read_overhead);

  const groups = Math.ceil(first.n / p.tile_columns);
  const drives = rows * passes * k * groups;
  const held = rows * first.n * firstTiles;
  const conversions = rows * n * secondTiles;
  const dac = drives * p.dac_energy;
  const adc = conversions * p.adc_energy;
  const bytes = (rows * k * groups * p.input_bits) / 8 + conversions * OUTPUT_BYTES;
  const tiles = tileCount(p, k, first.n) + tileCount(p, inner, n);
  return {
    ...emptyLedger(),
    seconds,
    joules: {
      dac,
      array: p.integration_time * p.read_voltage ** 2 * driven,
      tia: first.n * firstTiles * circuit.amplifier_power * active,
      adc,
      driver:
        (cellPower(circuit, inner) + inner * circuit.driver_power) * active +
        conversions * p.shift_add_energy +
        (held * passes + conversions) * p.sample_energy,
      memory: bytes * p.buffer_energy,
      interconnect: bytes * p.link_energy,
      idle: p.leakage_share * (dac + adc) + p.tile_power * seconds * tiles,
    },
    macs: rows * (k * first.n + inner * n),
    dacConversions: drives,
    adcConversions: conversions,
    bytesMoved: bytes,
  };
}
