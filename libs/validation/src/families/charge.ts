import { totalJoules } from '@ohmlight/contracts';
import { type Charge, columnEnergy, evaluationTime } from '@ohmlight/devices/electronic';
import type { Figure } from '../figure.js';
import type { Family } from './family.js';

const JIA = 'Jia et al., JSSC 2020';
const WANG = 'Wang et al., VLSI 2022';
/** Cells of a column of Jia's macro. */
const CELLS = 2304;

/** Switched capacitors on SRAM: single bits at 65 nm, C-2C ladders at 22 nm. */
export const charge: Family = {
  name: 'Charge-domain SRAM',
  *figures(bench): Generator<Figure> {
    const jia = (supply_voltage: number) => {
      const p = bench.values('sram-charge-65nm', { supply_voltage }) as Charge;
      const { cells, adc, output } = columnEnergy(p, CELLS);
      const seconds = evaluationTime(p);
      return {
        efficiency: (2 * CELLS) / (cells + adc) / 1e12,
        density: (2 * p.tile_rows * p.array_columns) / seconds / (p.array_area * 1e6) / 1e12,
        output,
      };
    };
    const [high, low] = [jia(1.2), jia(0.85)];
    const bits = { source: JIA };
    yield {
      ...bits,
      name: 'single bits at 1.2 V',
      unit: 'TOPS/W',
      kind: 'components',
      published: 192,
      ours: high.efficiency,
      tolerance: 0.02,
      note: 'column and converter as published',
    };
    yield {
      ...bits,
      name: 'single bits at 0.85 V',
      unit: 'TOPS/W',
      kind: 'held out',
      published: 400,
      ours: low.efficiency,
      tolerance: 0.1,
      note: '9.7 pJ of the column and 1.79 pJ of the conversion, as published',
    };
    yield {
      ...bits,
      name: 'digital work behind a conversion at 0.85 V',
      unit: 'pJ',
      kind: 'held out',
      published: 8.3,
      ours: low.output * 1e12,
      tolerance: 0.1,
      miss: -0.111,
      note: 'all energies of ours follow the square of the supply; the chip’s near-memory logic falls by less, 14.7 to 8.3 pJ',
    };
    yield {
      ...bits,
      name: 'density of single bits at 0.85 V',
      unit: 'TOPS/mm²',
      kind: 'held out',
      published: 0.24,
      ours: low.density,
      tolerance: 0.05,
      note: 'area is fitted to 0.6 TOPS/mm² at 1.2 V; clocks are the chip’s',
    };
    const wang = (supply_voltage: number) => {
      // The macro's own energy: bytes to and from it are not in the figure.
      const { joules, seconds, macs } = bench.rowOf('sram-c2c-22nm', 64, 16, { supply_voltage, buffer_energy: 0 }, 1);
      return {
        efficiency: (2 * macs) / totalJoules(joules) / 1e12,
        tops: (2 * macs) / seconds / 1e12,
        area: bench.device('sram-c2c-22nm').footprint!(64, 16).squareMetres! * 1e6,
      };
    };
    const ladder = { source: WANG };
    yield {
      ...ladder,
      name: 'C-2C ladders at 1 V',
      unit: 'TOPS/W',
      kind: 'fitted',
      published: 16.4,
      ours: wang(1).efficiency,
      tolerance: 0.02,
    };
    yield {
      ...ladder,
      name: 'C-2C ladders at 0.7 V',
      unit: 'TOPS/W',
      kind: 'held out',
      published: 32,
      ours: wang(0.7).efficiency,
      tolerance: 0.1,
    };
    const fast = wang(1.1);
    yield {
      ...ladder,
      name: 'density of C-2C ladders at 1.1 V',
      unit: 'TOPS/mm²',
      kind: 'held out',
      published: 4,
      ours: fast.tops / fast.area,
      tolerance: 0.1,
    };
  },
};
