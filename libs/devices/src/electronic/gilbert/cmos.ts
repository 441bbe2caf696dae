import { pow, type TileEngine } from '@ohmlight/tile-engine';
import type { Device } from '../../device.js';
import { ffnWeights } from '../../ffn-weights.js';
import { defineKind } from '../../kind.js';
import { type Ends, endsOf, withBand } from '../../profile/band.js';
import type { ProfileWith } from '../../profile/profile.js';
import { valuesOf } from '../../profile/quantity.js';
import type { Chain, ChainParameters } from '../chain/parameters.js';
import { ELEMENTARY_CHARGE } from '../constants.js';
import type { GilbertArray } from './array.js';
import {
  type CellLaw,
  driveOf,
  exponentialCell,
  linearGain,
  NOMINAL_TEMPERATURE,
  predistortedCell,
  separate,
  squareLawCell,
} from './cell-law.js';
import { type GilbertChain, type ProgrammedChain, programGilbertChain } from './chain.js';
import { chainLedger, cmosLedger, cmosProgramming, cmosStandby } from './cost.js';
import { type ChainArrays, GilbertFfn } from './cmos-ffn.js';
import { ageingOfStore, createGilbert, type GilbertDevice } from './gilbert.js';
import { checkCmos, type Cmos, type CmosParameters, GILBERT_CMOS } from './parameters.js';
import type { WeightStore } from './storage.js';
import { treeOf } from './tree.js';

/** The cell's law at a temperature: ΔI/I_EE. */
export function cmosLaw(p: Cmos, temperature: number): CellLaw {
  if (p.law === 'square-law') return squareLawCell(p.drive_x / p.overdrive, p.drive_w / p.overdrive);
  // Predistortion is made of the same devices: it tracks whatever the temperature.
  const tracking = p.predistortion === 'arctanh' ? 1 : p.temperature_tracking;
  const follow = pow(temperature / NOMINAL_TEMPERATURE, tracking);
  const x = driveOf(p.drive_x * follow, p.slope_factor, temperature);
  const w = driveOf(p.drive_w * follow, p.slope_factor, temperature);
  return p.predistortion === 'arctanh' ? predistortedCell(x, w, p.predistortion_residual) : exponentialCell(x, w);
}

const storeOf = (p: Cmos): WeightStore =>
  p.storage === 'resistor'
    ? {
        kind: 'resistor',
        tolerance: p.weight_tolerance,
        temperatureCoefficient: p.weight_tempco,
        temperature: p.temperature,
      }
    : {
        kind: 'capacitor',
        capacitance: p.hold_capacitance,
        fullScale: p.drive_w,
        leak: p.leak_current,
        leakSpread: p.leak_spread,
        refreshInterval: p.refresh_interval,
        temperature: p.temperature,
      };

/** A cell's noise current, A/√Hz: shot noise of its tail, 2q·I_EE. */
const shotNoise = (current: number): number => Math.sqrt(2 * ELEMENTARY_CHARGE * current);

export function cmosArray(p: Cmos): GilbertArray {
  const nominal = cmosLaw(p, NOMINAL_TEMPERATURE);
  const gain = linearGain(nominal);
  return {
    tileRows: p.tile_rows,
    separated: separate(cmosLaw(p, p.temperature), p.law === 'square-law' ? 2 : 1),
    gain,
    weightBits: p.weight_bits,
    store: storeOf(p),
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
    sharedColumns: 0,
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
      // A full product, had the cell no curvature, is I_EE over the gain that makes it 1.
      cell: { current: p.tail_current / gain, resistance: p.cell_resistance, noise: shotNoise(p.tail_current) },
      bits: p.adc_bits,
      temperature: p.temperature,
    }),
  };
}

/** Gilbert cells, summing amplifiers and stored weights in one circuit: a multiplier for each weight. */
export function createGilbertCmos(profile: ProfileWith<CmosParameters>, engine: TileEngine): Device {
  const p = valuesOf(profile.parameters);
  const ends = endsOf<Cmos>(profile.parameters);
  const array = cmosArray(p);
  const { chain } = profile;
  return createGilbert(
    profile.name,
    {
      array,
      columns: p.array_columns,
      readTime: p.read_time,
      executionLedger: (shape, rows) => withBand(p, ends, (q) => cmosLedger(q, array, shape, rows)),
      programLedger: (shape) => withBand(p, ends, (q) => cmosProgramming(q, shape)),
      programFfn: chain && ffnOf(p, ends, chain, engine),
    },
    engine,
  );
}

/** Programs the fused `ffn` of a profile that has a chain. */
function ffnOf(p: Cmos, ends: Ends<Cmos>, chain: ChainParameters, engine: TileEngine): GilbertDevice['programFfn'] {
  const circuit: Chain = valuesOf(chain);
  const values: Ends<CmosChainValues> = [
    ...ends.map(
      ([low, high]) =>
        [
          { p: low, circuit },
          { p: high, circuit },
        ] as const,
    ),
    ...endsOf<Chain>(chain).map(
      ([low, high]) =>
        [
          { p, circuit: low },
          { p, circuit: high },
        ] as const,
    ),
  ];
  const arrays: ChainArrays = {
    circuit,
    store: storeOf(p),
    readTime: p.read_time,
    program: (of) => createCmosChain(p, of, engine, circuit, values),
    programLedger: (shape) => withBand(p, ends, (q) => cmosProgramming(q, shape)),
  };
  return (spec, weights, calibration) => new GilbertFfn(arrays, spec, ffnWeights(spec, weights), calibration);
}

/** What a chain's cost follows from. */
interface CmosChainValues {
  readonly p: Cmos;
  readonly circuit: Chain | undefined;
}

/**
 * A chain in CMOS: arrays of as many rows as its matrices have.
 * @param circuit Of the cells between them. `ends`: of its and the arrays' uncertain values.
 */
export function createCmosChain(
  p: Cmos,
  chain: GilbertChain,
  engine: TileEngine,
  circuit?: Chain,
  ends: Ends<CmosChainValues> = [],
): ProgrammedChain {
  const first = cmosArray({ ...p, tile_rows: chain.k });
  const second = cmosArray({ ...p, tile_rows: chain.hidden });
  const gated = typeof chain.activation !== 'function';
  const { k, hidden, n } = chain;
  const outputs = gated ? 2 * hidden : hidden;
  const shape = { k, outputs, hidden, n, gates: gated && !circuit ? hidden : 0 };
  const ledgerOf = (rows: number) =>
    withBand({ p, circuit }, ends, (of) => chainLedger(of.p, first, second, shape, rows, of.circuit));
  return programGilbertChain({ first, second }, chain, p.swing / p.adc_range, ledgerOf, engine);
}

export const gilbertCmos = defineKind({
  kind: 'gilbert-cmos',
  pool: 'electronic',
  parameters: GILBERT_CMOS,
  ffn: 'circuit',
  checkChain: (p) =>
    p.law === 'square-law'
      ? { parameter: 'law', reason: 'a chain takes cells whose law is one product (law exponential)' }
      : undefined,
  check: checkCmos,
  ageing: (p) => ageingOfStore(storeOf(p), p.read_time),
  standby: cmosStandby,
  create: createGilbertCmos,
});
