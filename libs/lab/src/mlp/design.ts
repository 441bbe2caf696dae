import type { DeviceProfile } from '@ohmlight/devices';
import {
  type Board,
  boardArray,
  boardSettlingTime,
  type Cmos,
  cmosArray,
  cmosSettlingTime,
  type GilbertArray,
  valuesOf,
} from '@ohmlight/devices/electronic';
import { rectifierLaw, type RectifierName } from './rectifiers.js';

/** The circuit that a network is built from: a profile's parts, a multiplier for each weight. */
export interface CircuitDesign {
  /** Largest voltage of a node, V; full scale of the next layer's ports. */
  readonly swing: number;
  readonly inputBits: number;
  readonly adcBits: number;
  /** Law of a hidden node, volts to volts. */
  readonly rectifier: (volts: number) => number;
  /** Multipliers and summing amplifiers of a layer of so many inputs, `range` full products at the swing. */
  arrayOf(inputs: number, range: number): GilbertArray;
  /** Seconds from a layer's inputs to its settled nodes. */
  settlingOf(array: GilbertArray): number;
  /** Seconds and joules of the converters at the ends, for so many inputs and outputs. */
  readonly dacTime: number;
  readonly dacEnergy: number;
  readonly adcTime: number;
  readonly adcEnergy: number;
  /** Power of a multiplier, of an amplifier, and of the rest, W. */
  readonly cellPower: number;
  readonly amplifierPower: number;
  readonly basePower: number;
}

export interface DesignOptions {
  readonly rectifier: RectifierName;
  /** Factors on all static errors, and on the noise. */
  readonly mismatch: number;
  readonly noise: number;
}

const STATIC = ['offset_x', 'offset_w', 'gain_spread', 'resistor_tolerance', 'amplifier_offset'] as const;

function scaled<P extends Board | Cmos>(p: P, mismatch: number): P {
  const changed: Record<string, unknown> = { ...p };
  for (const name of STATIC) changed[name] = p[name] * mismatch;
  if ('weight_tolerance' in p) changed['weight_tolerance'] = p.weight_tolerance * mismatch;
  return changed as P;
}

const quieter = (array: GilbertArray, noise: number): GilbertArray => ({
  ...array,
  tree: { ...array.tree, noise: array.tree.noise * noise },
});

/** The design of a profile of kind `gilbert-cmos` or `gilbert-board`. */
export function designOf(profile: DeviceProfile, options: DesignOptions): CircuitDesign {
  const values = valuesOf(profile.parameters as never) as unknown as Board | Cmos;
  const p = scaled(values, options.mismatch);
  const common = {
    swing: p.swing,
    inputBits: p.input_bits,
    adcBits: p.adc_bits,
    rectifier: rectifierLaw(options.rectifier, p.temperature, p.open_loop_gain),
    dacTime: p.dac_time,
    dacEnergy: p.dac_energy,
    adcTime: 1 / p.adc_rate,
    adcEnergy: p.adc_energy,
    amplifierPower: p.amplifier_power,
  };
  if (profile.kind === 'gilbert-board') {
    const board = p as Board;
    return {
      ...common,
      // Nothing is converted between layers, so no multiplier is used twice.
      arrayOf: (inputs, range) =>
        quieter({ ...boardArray({ ...board, tile_rows: inputs, adc_range: range }), sharedColumns: 0 }, options.noise),
      settlingOf: (array) => boardSettlingTime(board, array),
      cellPower: board.multiplier_power,
      basePower: board.controller_power,
    };
  }
  const cmos = p as Cmos;
  return {
    ...common,
    arrayOf: (inputs, range) => quieter(cmosArray({ ...cmos, tile_rows: inputs, adc_range: range }), options.noise),
    settlingOf: (array) => cmosSettlingTime(cmos, array),
    cellPower: cmos.tail_current * cmos.supply_voltage,
    basePower: 0,
  };
}
