import { OhmlightError, type RowBatch, type ShardSpec } from '@ohmlight/contracts';
import {
  gaussianPair,
  inputLimit,
  cosKernel,
  type InputConverter,
  type OutputConverter,
  type Readout,
  type StaticSource,
  staticSource,
  type TileEngine,
  weightLimit,
} from '@ohmlight/tile-engine';
import type { Calibration, Device, ProgrammedShard } from '../device.js';
import { defineKind } from '../kind.js';
import { HOMODYNE, type HomodyneParameters } from '../profile/parameters.js';
import type { HomodyneProfile } from '../profile/profile.js';
import { type ValuesOf, valuesOf } from '../profile/quantity.js';
import { checkedColumns, matrixName } from '../shard.js';
import { storedLedger } from './common/streamed.js';
import { executionLedger } from './homodyne-cost.js';

/**
 * Both operands as pulse trains on balanced detectors (Hamerly et al., Phys. Rev. X 9, 021032, 2019). One analog
 * unit is the largest amplitude of a train.
 */
export function createHomodyne(profile: HomodyneProfile, engine: TileEngine): Device {
  const p = valuesOf(profile.parameters);
  const levels = inputLimit(p.weight_bits);
  const bound = weightLimit(p.input_bits, p.tile_rows);
  if (levels > bound)
    throw new OhmlightError(
      'invalid_profile',
      `${profile.name}: weight_bits: ${p.weight_bits}-bit weights with ${p.input_bits}-bit inputs over tile_rows ${p.tile_rows} leave int32; weight codes may reach ${bound}`,
    );
  return {
    name: profile.name,
    pool: profile.pool,
    cost: (k, n, rows) => executionLedger(p, { k, n, rows }),
    shapeCost: (k, n, rows) => ({
      execution: executionLedger(p, { k, n, rows }),
      programming: storedLedger(p, { k, n }),
    }),
    program(spec: ShardSpec, weights: Float32Array, calibration: Calibration = {}): ProgrammedShard {
      const n = checkedColumns(spec, weights);
      const { k } = spec;
      const source = staticSource(spec.chipSeed, matrixName(spec));
      const trains = transmitters(p, weights, k, n, spec.columnStart, source);
      const readout = homodyneReadout(p, calibration, Math.ceil(k / p.tile_rows));
      const matrix = engine.programTiles({ k, n, tileRows: p.tile_rows, ...trains, levels, readout });
      return {
        spec,
        residentBytes: matrix.residentBytes,
        release: () => matrix.release(),
        programLedger: storedLedger(p, { k, n }),
        execute(batch: RowBatch) {
          const { y, ...telemetry } = engine.readTiles(matrix, batch, spec);
          return { y, ledger: executionLedger(p, { k, n, rows: batch.rows }), telemetry };
        },
      };
    },
  };
}

/**
 * Shot noise ‖W_i‖‖x‖/√n with n = n_MAC·rows of the tile; ADC over ±adc_clip·‖W_i‖‖x‖/√rows, or over calibrated
 * ranges in analog units, the same for every tile of an output.
 */
export function homodyneReadout(
  p: ValuesOf<HomodyneParameters>,
  { inputRange, adcBound }: Calibration = {},
  tiles = 1,
): Readout {
  const scale: InputConverter['scale'] =
    inputRange === undefined ? { kind: 'abs-max', clip: 1 } : { kind: 'fixed', range: inputRange };
  const range: OutputConverter['range'] = adcBound
    ? {
        kind: 'fixed',
        range: Float32Array.from({ length: tiles * adcBound.length }, (_, i) => adcBound[i % adcBound.length]!),
      }
    : { kind: 'operand-norms', clip: p.adc_clip };
  return {
    input: { bits: p.input_bits, scale },
    noise: [],
    shot: { photonsPerMac: p.photons_per_mac, poissonBelow: p.poisson_below },
    transfer: null,
    output: { bits: p.adc_bits, coding: 'full', range },
  };
}

/**
 * Amplitudes of the weight trains. Each output has one transmitter, whose static error scales all its symbols:
 * gain = (1 + magnitude_sigma·ξ₁)·cos(phase_sigma·ξ₂).
 */
function transmitters(
  p: ValuesOf<HomodyneParameters>,
  weights: Float32Array,
  k: number,
  n: number,
  columnStart: number,
  source: StaticSource,
): { weights: Float32Array; fullScale: Float32Array } {
  const tiles = Math.ceil(k / p.tile_rows);
  const scaled = new Float32Array(n * k);
  const fullScale = new Float32Array(tiles * n);
  const words = new Uint32Array(4);
  const xi = new Float64Array(2);
  for (let column = 0; column < n; column++) {
    source.column(words, columnStart + column);
    gaussianPair(xi, words[0]!, words[1]!);
    // The cosine's polynomial holds to π/4, far beyond any phase error that is one.
    const phase = Math.min(Math.PI / 4, Math.abs(p.phase_sigma * xi[1]!));
    const gain = (1 + p.magnitude_sigma * xi[0]!) * cosKernel(phase);
    for (let tile = 0; tile < tiles; tile++) {
      const start = column * k + tile * p.tile_rows;
      const end = column * k + Math.min(k, (tile + 1) * p.tile_rows);
      let largest = 0;
      for (let i = start; i < end; i++) {
        scaled[i] = weights[i]! * gain;
        largest = Math.max(largest, Math.abs(scaled[i]!));
      }
      fullScale[tile * n + column] = largest;
    }
  }
  return { weights: scaled, fullScale };
}

export const homodyne = defineKind({
  kind: 'homodyne',
  pool: 'optical',
  parameters: HOMODYNE,
  create: createHomodyne,
});
