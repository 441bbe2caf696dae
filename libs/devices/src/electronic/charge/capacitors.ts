import { BOLTZMANN } from '../constants.js';

const FEMTO = 1e-15;

/**
 * σ_C/C of a metal capacitor: `coefficient`/√(C/1 fF). The coefficient 2.1·10^−2.5 = 0.0066 is that of arXiv 2012.13645.
 */
export const capacitorSigma = (capacitance: number, coefficient: number): number =>
  coefficient / Math.sqrt(capacitance / FEMTO);

/** kT/C noise of a sampled voltage, V: √(kT/C). */
export const ktcVoltage = (capacitance: number, temperature: number): number =>
  Math.sqrt((BOLTZMANN * temperature) / capacitance);

/** What a column of switched capacitors is made of. */
export interface ColumnOfCapacitors {
  /** Capacitors that share their charge, driven or not. */
  readonly cells: number;
  /** Of one cell, F. */
  readonly capacitance: number;
  /** Of the line, as a part of the cells' own. */
  readonly parasiticShare: number;
  /** Of the sense node, F. */
  readonly parasitic: number;
}

/** C_par = share·N·C + fixed, F. */
export const parasiticCapacitance = (column: ColumnOfCapacitors): number =>
  column.parasiticShare * column.cells * column.capacitance + column.parasitic;

/** ΣC + C_par of a column without mismatch, F. */
export const columnCapacitance = (column: ColumnOfCapacitors): number =>
  column.cells * column.capacitance + parasiticCapacitance(column);

/** Voltage that one fully driven cell adds to its column: V·C/(ΣC + C_par). */
export const cellVoltage = (column: ColumnOfCapacitors, supply: number): number =>
  (supply * column.capacitance) / columnCapacitance(column);
