import { exp, pow } from '@ohmlight/tile-engine';

/** Energy at a supply voltage over that at the nominal one: CV². */
export const energyScale = (supply: number, nominal: number): number => (supply / nominal) ** 2;

/** Delay at a supply voltage over that at the nominal one: (V_nom/V)^exponent. */
export const delayScale = (supply: number, nominal: number, exponent: number): number =>
  pow(nominal / supply, exponent);

/** Part of its final value that a node is short of after `time`: e^(−t/τ). */
export const unsettled = (time: number, timeConstant: number): number =>
  timeConstant > 0 ? exp(-time / timeConstant) : 0;
