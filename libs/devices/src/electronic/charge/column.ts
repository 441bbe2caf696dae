import { capacitorSigma, cellVoltage, columnCapacitance, type ColumnOfCapacitors, ktcVoltage } from './capacitors.js';
import { type LadderTable, ladderTable } from './c2c-ladder.js';
import type { Charge } from './parameters.js';
import { nonlinearityRms } from './sar-adc.js';
import { delayScale, unsettled } from './supply.js';

/** What every column of an array has in common. */
export interface ChargeColumn {
  /** Cells that share charge. */
  readonly cells: number;
  /** Voltage of one fully driven cell, V. */
  readonly unitVoltage: number;
  /** Capacitance of the column, F. */
  readonly capacitance: number;
  /** Relative spread of a cell's capacitor. */
  readonly sigma: number;
  /** Codes of a C-2C cell; null where a cell stores one bit. */
  readonly ladder: LadderTable | null;
  /** Part of its final value that a column reaches before it is sampled. */
  readonly settled: number;
  /** One step of the ADC, in fully driven cells. */
  readonly step: number;
  /** Standard deviations of a reading in fully driven cells: kT/C, comparator, nonlinearity of the ADC. */
  readonly noise: { readonly thermal: number; readonly comparator: number; readonly nonlinearity: number };
}

/** Seconds of a clock cycle. */
export const cycleTime = (p: Charge): number =>
  p.fixed_cycle_time > 0
    ? p.fixed_cycle_time
    : p.cycle_time * delayScale(p.supply_voltage, p.nominal_voltage, p.speed_exponent);

/**
 * Inputs of bits swing over the supply, analog ones over half of it to either side. Noise and ADC are referred to the
 * voltage of one driven cell.
 */
export function chargeColumn(p: Charge): ChargeColumn {
  const cells = Math.ceil(p.tile_rows / p.bank_rows) * p.bank_rows;
  const sigma = capacitorSigma(p.capacitance, p.mismatch);
  const ladder = p.cell === 'c2c' ? ladderTable(p.weight_bits, p.ladder_parasitic, sigma) : null;
  const column: ColumnOfCapacitors = {
    cells,
    capacitance: p.capacitance * (ladder?.capacitance ?? 1),
    parasiticShare: p.parasitic_share,
    parasitic: p.parasitic_capacitance,
  };
  const swing = ladder ? (p.supply_voltage / 2) * (ladder.charge / ladder.capacitance) : p.supply_voltage;
  const unitVoltage = cellVoltage(column, swing);
  const capacitance = columnCapacitance(column);
  const step = (ladder ? 2 * p.adc_range : p.adc_range) / 2 ** p.adc_bits;
  const timeConstant = p.time_constant * delayScale(p.supply_voltage, p.nominal_voltage, p.speed_exponent);
  return {
    cells,
    unitVoltage,
    capacitance,
    sigma,
    ladder,
    settled: 1 - unsettled(p.settling_cycles * cycleTime(p), timeConstant),
    step,
    noise: {
      thermal: ktcVoltage(capacitance, p.temperature) / unitVoltage,
      comparator: p.comparator_noise / unitVoltage,
      nonlinearity: step * nonlinearityRms(p.adc_bits, capacitorSigma(p.adc_unit_capacitance, p.mismatch)),
    },
  };
}
