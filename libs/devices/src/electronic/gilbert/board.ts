import type { TileEngine } from '@ohmlight/tile-engine';
import type { Device } from '../../device.js';
import { defineKind } from '../../kind.js';
import { endsOf, withBand } from '../../profile/band.js';
import type { ProfileWith } from '../../profile/profile.js';
import { valuesOf } from '../../profile/quantity.js';
import { thermalNoise } from './amplifier.js';
import type { GilbertArray } from './array.js';
import { linearGain, multiplierCell, separate } from './cell-law.js';
import { boardLedger, boardProgramming } from './cost.js';
import { createGilbert } from './gilbert.js';
import { type Board, type BoardParameters, checkBoard, GILBERT_BOARD } from './parameters.js';
import { treeOf } from './tree.js';

export function boardArray(p: Board): GilbertArray {
  const law = multiplierCell(p.nonlinearity_x, p.nonlinearity_w);
  // A multiplier's voltage behind its resistor is a current source with that resistance.
  const noise = Math.hypot(p.multiplier_noise / p.input_resistance, thermalNoise(p.input_resistance, p.temperature));
  return {
    tileRows: p.tile_rows,
    separated: separate(law, 1),
    gain: linearGain(law),
    weightBits: p.weight_bits,
    store: { kind: 'resistor', tolerance: 0, temperatureCoefficient: 0, temperature: p.temperature },
    offsetX: p.offset_x,
    offsetW: p.offset_w,
    gainSpread: p.gain_spread,
    nodeSpread: p.resistor_tolerance,
    weightTrim: p.weight_trim,
    outputTrim: p.output_trim,
    fanIn: p.fan_in,
    inputBits: p.input_bits,
    inputClip: p.input_clip,
    adcBits: p.adc_bits,
    adcRange: p.adc_range,
    sharedColumns: p.array_columns,
    tree: treeOf({
      cells: p.tile_rows,
      fanIn: p.fan_in,
      amplifier: {
        gain: p.open_loop_gain,
        gainBandwidth: p.gain_bandwidth,
        slewRate: p.slew_rate,
        voltageNoise: p.amplifier_noise,
        currentNoise: p.amplifier_current_noise,
      },
      offset: p.amplifier_offset,
      resistance: p.summing_resistance,
      unitVoltage: p.swing / p.adc_range,
      swing: p.swing,
      cell: { current: p.full_scale / p.input_resistance, resistance: p.input_resistance, noise },
      bits: p.adc_bits,
      temperature: p.temperature,
    }),
  };
}

/** Integrated multipliers on a bench, each used for every block of the matrix: their errors repeat from block to block. */
export function createGilbertBoard(profile: ProfileWith<BoardParameters>, engine: TileEngine): Device {
  const p = valuesOf(profile.parameters);
  const ends = endsOf<Board>(profile.parameters);
  const array = boardArray(p);
  return createGilbert(
    profile.name,
    {
      array,
      columns: p.array_columns,
      readTime: 0,
      executionLedger: (shape, rows) => withBand(p, ends, (q) => boardLedger(q, array, shape, rows)),
      programLedger: (shape) => withBand(p, ends, (q) => boardProgramming(q, shape)),
    },
    engine,
  );
}

export const gilbertBoard = defineKind({
  kind: 'gilbert-board',
  pool: 'electronic',
  parameters: GILBERT_BOARD,
  check: checkBoard,
  create: createGilbertBoard,
});
