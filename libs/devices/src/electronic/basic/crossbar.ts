import type { RowBatch, ShardSpec } from '@ohmlight/contracts';
import {
  type InputConverter,
  type PerOutput,
  type Readout,
  staticSource,
  type TileEngine,
} from '@ohmlight/tile-engine';
import type { Calibration, Device, ProgrammedShard } from '../../device.js';
import { defineKind } from '../../kind.js';
import { endsOf, withBand } from '../../profile/band.js';
import type { ProfileWith } from '../../profile/profile.js';
import { type ValuesOf, valuesOf } from '../../profile/quantity.js';
import { checkedColumns, matrixName } from '../../shard.js';
import { drivenConductance, executionLedger, programmingLedger } from './crossbar-cost.js';
import { CROSSBAR, type CrossbarParameters } from './parameters.js';
import { normalCost } from './normal-cost.js';
import { programCrossbar } from './program-crossbar.js';

/** A resistive crossbar of differential pairs. One analog unit is read_voltage on an input and g_max as weight. */
export function createCrossbar(profile: ProfileWith<CrossbarParameters>, engine: TileEngine): Device {
  const p = valuesOf(profile.parameters);
  const ends = endsOf<typeof p>(profile.parameters);
  return {
    name: profile.name,
    pool: profile.pool,
    shapeCost: normalCost(p, ends),
    footprint: (k, n) => ({ tiles: Math.ceil(k / p.tile_rows) * Math.ceil(n / p.tile_columns) }),
    program(spec: ShardSpec, weights: Float32Array, calibration: Calibration = {}): ProgrammedShard {
      const n = checkedColumns(spec, weights);
      const { k, columnStart } = spec;
      const source = staticSource(spec.chipSeed, matrixName(spec));
      const array = programCrossbar(p, weights, k, n, columnStart, source);
      const matrix = engine.programTiles({
        k,
        n,
        tileRows: p.tile_rows,
        weights: array.weights,
        fullScale: array.fullScale,
        readout: crossbarReadout(p, array.readNoise, calibration),
      });
      const shape = { k, n, rowConductance: array.rowConductance };
      return {
        spec,
        residentBytes: matrix.residentBytes + array.rowConductance.byteLength,
        release: () => matrix.release(),
        programLedger: withBand(p, ends, (q) => programmingLedger(q, k, n)),
        execute(batch: RowBatch) {
          const { y, ...telemetry } = engine.readTiles(matrix, batch, spec);
          const driven = drivenConductance(p, shape, batch);
          return { y, ledger: withBand(p, ends, (q) => executionLedger(q, shape, batch, driven)), telemetry };
        },
      };
    },
  };
}

/**
 * Per output and tile: σ² = output_noise² + (‖x‖·readNoise)². The second term takes the mean read variance of a
 * column for that of each of its devices; the exact form Σ_j x_j²·σ_read,j² needs a second product.
 */
export function crossbarReadout(
  p: ValuesOf<CrossbarParameters>,
  readNoise: Float32Array,
  { inputRange, adcBound }: Calibration = {},
): Readout {
  const scale: InputConverter['scale'] =
    inputRange === undefined ? { kind: 'abs-max', clip: p.input_clip } : { kind: 'fixed', range: inputRange };
  const range: PerOutput = adcBound ? readNoise.map((_, i) => adcBound[i % adcBound.length]!) : p.adc_bound;
  return {
    input: { bits: p.input_bits, scale },
    noise: [
      { kind: 'constant', coefficient: p.output_noise },
      { kind: 'input-norm', coefficient: readNoise },
    ],
    shot: null,
    transfer: null,
    output: { bits: p.adc_bits, coding: 'symmetric', range: { kind: 'fixed', range } },
  };
}

export const crossbarBasic = defineKind({
  kind: 'crossbar',
  pool: 'electronic',
  parameters: CROSSBAR,
  check: (p) => (p.g_min < p.g_max ? undefined : { parameter: 'g_min', reason: 'g_min must be less than g_max' }),
  create: createCrossbar,
});
