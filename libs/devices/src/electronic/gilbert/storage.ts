import { exp } from '@ohmlight/tile-engine';
import { ktcVoltage } from '../charge/capacitors.js';

/** Weights as ratios of resistors. */
export interface ResistorStore {
  readonly kind: 'resistor';
  /** Standard deviation of a ratio, relative. */
  readonly tolerance: number;
  /** Relative change of a ratio per kelvin from 300 K. */
  readonly temperatureCoefficient: number;
  readonly temperature: number;
}

/** Weights as voltages on capacitors. */
export interface CapacitorStore {
  readonly kind: 'capacitor';
  readonly capacitance: number;
  /** Voltage of the largest weight, V. */
  readonly fullScale: number;
  /** Leakage at full scale, A; it is ohmic, and spreads from cell to cell by `leakSpread`. */
  readonly leak: number;
  readonly leakSpread: number;
  /** Seconds between rewrites; 0 for none. */
  readonly refreshInterval: number;
  readonly temperature: number;
}

export type WeightStore = ResistorStore | CapacitorStore;

/** Seconds since a weight was last written, at device time t. */
export const ageOf = (store: WeightStore, t: number): number => {
  if (store.kind === 'resistor') return 0;
  return store.refreshInterval > 0 ? t % store.refreshInterval : t;
};

/** τ of a held voltage, s: C·V/I_leak. */
export const holdTime = ({ capacitance, fullScale, leak }: CapacitorStore): number =>
  leak > 0 ? (capacitance * fullScale) / leak : Infinity;

/** σ of kT/C in parts of full scale. */
export const writeNoise = ({ capacitance, fullScale, temperature }: CapacitorStore): number =>
  ktcVoltage(capacitance, temperature) / fullScale;

/** A stored weight `age` seconds after it was written; ξ₁ is its tolerance or kT/C, ξ₂ its leakage. */
export function storedWeight(store: WeightStore, w: number, age: number, xi1: number, xi2: number): number {
  if (store.kind === 'resistor') {
    const drift = 1 + store.temperatureCoefficient * (store.temperature - 300);
    return w * drift * (1 + store.tolerance * xi1);
  }
  const written = w + writeNoise(store) * xi1;
  if (age === 0 || store.leak === 0) return written;
  return written * exp((-age / holdTime(store)) * Math.max(0, 1 + store.leakSpread * xi2));
}
