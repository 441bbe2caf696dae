import { OhmlightError, type RowBatch, type ShardSpec } from '@ohmlight/contracts';
import type { TileEngine } from '@ohmlight/tile-engine';
import type { Calibration, Conditions, Device, ProgrammedShard } from '../../device.js';
import { defineKind } from '../../kind.js';
import { endsOf, withBand } from '../../profile/band.js';
import type { ProfileWith } from '../../profile/profile.js';
import { valuesOf } from '../../profile/quantity.js';
import { checkedColumns, matrixName, rootMeanSquare } from '../../shard.js';
import { chargeColumn } from './column.js';
import { executionLedger, footprintOf, programmingLedger } from './cost.js';
import { InputSums } from '../../input-sums.js';
import { CHARGE, type Charge, type ChargeParameters, checkCharge } from './parameters.js';
import { programCharge } from './program-charge.js';
import { inputConverter, readoutOf } from './readout.js';

/** Columns of switched capacitors on SRAM cells. Bits do not age: results are the same at every device time. */
export function createCharge(profile: ProfileWith<ChargeParameters>, engine: TileEngine): Device {
  const p = valuesOf(profile.parameters);
  const ends = endsOf<Charge>(profile.parameters);
  const column = chargeColumn(p);
  return {
    name: profile.name,
    pool: profile.pool,
    shapeCost: (k, n, rows) => ({
      execution: withBand(p, ends, (q) => executionLedger(q, k, n, rows)),
      programming: withBand(p, ends, (q) => programmingLedger(q, k, n)),
    }),
    footprint: (k, n) => footprintOf(p, k, n),
    program(spec: ShardSpec, weights: Float32Array, calibration: Calibration = {}): ProgrammedShard {
      const n = checkedColumns(spec, weights);
      const { k, columnStart, chipSeed } = spec;
      const array = programCharge(p, column, { k, n, columnStart, weights, chipSeed, matrix: matrixName(spec) });
      const blocks = array.slices * Math.ceil(k / p.tile_rows);
      const matrix = engine.programTiles({
        k,
        n,
        tileRows: p.tile_rows,
        slices: array.slices,
        weights: array.weights,
        fullScale: array.fullScale,
        readout: readoutOf(p, column, calibration, blocks),
      });
      const { offset } = array;
      const sums = offset ? new InputSums(engine, spec, p.tile_rows, inputConverter(p, calibration)) : null;
      return {
        spec,
        residentBytes: matrix.residentBytes + (sums?.residentBytes ?? 0),
        programLedger: withBand(p, ends, (q) => programmingLedger(q, k, n)),
        execute(batch: RowBatch, { deviceTime = 0 }: Conditions = {}) {
          checkAge(deviceTime);
          const { y, ...telemetry } = engine.readTiles(matrix, batch, spec);
          const ledger = withBand(p, ends, (q) => executionLedger(q, k, n, batch.rows));
          if (!sums || !offset) return { y, ledger, telemetry };
          sums.subtract(y, offset, batch);
          return { y, ledger, telemetry: { ...telemetry, signalRms: rootMeanSquare(y) } };
        },
        release() {
          matrix.release();
          sums?.release();
        },
      };
    },
  };
}

/** @throws OhmlightError `invalid_value` for a device time before programming. */
export function checkAge(deviceTime: number): void {
  if (deviceTime >= 0 && deviceTime < Infinity) return;
  throw new OhmlightError(
    'invalid_value',
    `device time ${deviceTime} s lies before programming: give seconds since programming, 0 or more`,
    'device_time_s',
  );
}

export const charge = defineKind({
  kind: 'charge',
  pool: 'electronic',
  parameters: CHARGE,
  check: checkCharge,
  create: createCharge,
});
