import { emptyLedger, type Ledger, type RowBatch, type ShardSpec } from '@ohmlight/contracts';
import type { TileEngine } from '@ohmlight/tile-engine';
import { gatedSilu } from '@ohmlight/tile-engine/digital';
import type { Device, ProgrammedShard } from '../device.js';
import { type FfnWeights, ffnWeights } from '../ffn-weights.js';
import { defineKind } from '../kind.js';
import { DIGITAL_FP32, type DigitalFp32Parameters } from '../profile/parameters.js';
import type { DigitalFp32Profile } from '../profile/profile.js';
import { type ValuesOf, valuesOf } from '../profile/quantity.js';
import { rootMeanSquare, checkedColumns } from '../shard.js';

const BYTES = Float32Array.BYTES_PER_ELEMENT;

/** f32 weights and sums in one fixed order: the reference that every other device is held against. */
export function createDigitalFp32(profile: DigitalFp32Profile, engine: TileEngine): Device {
  const p = valuesOf(profile.parameters);
  const cost = (k: number, n: number, rows: number): Ledger =>
    roofline(p, rows * k * n, (k * n + rows * (k + n)) * BYTES, 0);
  return {
    name: profile.name,
    pool: profile.pool,
    cost,
    program(spec: ShardSpec, weights: Float32Array): ProgrammedShard {
      if (spec.operation === 'ffn') return programFfn(p, engine, spec, ffnWeights(spec, weights));
      const n = checkedColumns(spec, weights);
      const matrix = engine.programFloat(weights, spec.k, n);
      return {
        spec,
        residentBytes: matrix.residentBytes,
        release: () => matrix.release(),
        programLedger: roofline(p, 0, weights.byteLength, 1),
        execute(batch: RowBatch) {
          const y = engine.multiplyFloat(matrix, batch);
          return {
            y,
            ledger: cost(spec.k, n, batch.rows),
            telemetry: { dacSaturated: 0, adcSaturated: 0, signalRms: rootMeanSquare(y), noiseRms: 0 },
          };
        },
      };
    },
  };
}

/** The feed-forward part with its activation, as one kernel; the bits of gate_up, the digital unit and down apart. */
function programFfn(
  p: ValuesOf<DigitalFp32Parameters>,
  engine: TileEngine,
  spec: ShardSpec,
  { inner, columns, gateUp, down }: FfnWeights,
): ProgrammedShard {
  const { k } = spec;
  const first = engine.programFloat(gateUp, k, 2 * inner);
  const second = engine.programFloat(down, inner, columns);
  const weightBytes = gateUp.byteLength + down.byteLength;
  return {
    spec,
    residentBytes: first.residentBytes + second.residentBytes,
    release() {
      first.release();
      second.release();
    },
    programLedger: roofline(p, 0, weightBytes, 1),
    execute(batch: RowBatch) {
      const { rows } = batch;
      const before = engine.multiplyFloat(first, batch);
      const x = new Float32Array(rows * inner);
      for (let row = 0; row < rows; row++)
        for (let i = 0; i < inner; i++)
          x[row * inner + i] = gatedSilu(before[2 * row * inner + i]!, before[(2 * row + 1) * inner + i]!);
      const y = engine.multiplyFloat(second, { ...batch, x });
      const bytes = weightBytes + rows * (k + columns) * BYTES;
      return {
        y,
        ledger: roofline(p, rows * inner * (2 * k + columns), bytes, 0),
        telemetry: { dacSaturated: 0, adcSaturated: 0, signalRms: rootMeanSquare(y), noiseRms: 0 },
      };
    },
  };
}

/**
 * One kernel: `seconds = launch + max(2·macs/peak, bytes/bandwidth)`. Under load the device draws load_power, of
 * which idle_power is booked as idle, memory_energy·bytes as memory and the rest as array; while it starts the
 * kernel it idles.
 */
export function roofline(p: ValuesOf<DigitalFp32Parameters>, macs: number, bytes: number, reloads: number): Ledger {
  const busy = Math.max((2 * macs) / p.peak_rate, bytes / p.memory_bandwidth);
  const dynamic = Math.max(0, p.load_power - p.idle_power) * busy;
  const memory = Math.min(dynamic, p.memory_energy * bytes);
  const seconds = p.launch_overhead + busy;
  return {
    ...emptyLedger(),
    seconds,
    joules: { array: dynamic - memory, memory, idle: p.idle_power * seconds },
    macs,
    bytesMoved: bytes,
    reloads,
  };
}

export const digitalFp32 = defineKind({
  kind: 'digital-fp32',
  pool: 'digital',
  parameters: DIGITAL_FP32,
  ffn: 'bare',
  create: createDigitalFp32,
});
