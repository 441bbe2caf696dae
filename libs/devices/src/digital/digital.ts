import { type Ledger, type RowBatch, shareOf, type ShardSpec } from '@ohmlight/contracts';
import type { TileEngine } from '@ohmlight/tile-engine';
import { gatedSilu } from '@ohmlight/tile-engine/digital';
import type { Device, Execution, ProgrammedShard } from '../device.js';
import { type FfnWeights, ffnWeights } from '../ffn-weights.js';
import { type AnyDeviceKind, defineKind } from '../kind.js';
import { endsOf, withBand } from '../profile/band.js';
import type { DigitalProfile } from '../profile/profile.js';
import { type ValuesOf, valuesOf } from '../profile/quantity.js';
import { checkedColumns, rootMeanSquare } from '../shard.js';
import { bf16 } from './numerics/bf16.js';
import { fp32 } from './numerics/fp32.js';
import { fp8 } from './numerics/fp8.js';
import { int8 } from './numerics/int8.js';
import type { Numerics } from './numerics/numerics.js';
import { DIGITAL, type DigitalParameters } from './parameters.js';
import { type Rate, roofline, rowBytes, weightBytes } from './roofline.js';

/** Operands of a number format on an accelerator that is charged by its roofline. */
export function createDigital(
  profile: DigitalProfile,
  engine: TileEngine,
  { numerics, rate }: { readonly numerics: Numerics; readonly rate: Rate },
): Device {
  const { name, pool, parameters } = profile;
  const [values, ends] = [valuesOf(parameters), endsOf<ValuesOf<DigitalParameters>>(parameters)];
  const kernel = (work: { macs: number; bytes: number }): Ledger =>
    withBand(values, ends, (p) => roofline(p, rate, work));
  const cost: ExecutionCost = (k, n, rows) =>
    kernel({ macs: rows * k * n, bytes: weightBytes(numerics, k, n) + rows * rowBytes(numerics, k, n) });
  return {
    name,
    pool,
    cost,
    shapeCost: (k, n, rows) => ({
      execution: cost(k, n, rows),
      programming: { ...kernel({ macs: 0, bytes: weightBytes(numerics, k, n) }), reloads: 1 },
    }),
    program(spec: ShardSpec, weights: Float32Array): ProgrammedShard {
      return spec.operation === 'ffn'
        ? programFfn(kernel, numerics, engine, spec, ffnWeights(spec, weights))
        : programMatrix(kernel, cost, numerics, engine, spec, weights);
    },
  };
}

type Kernel = (work: { macs: number; bytes: number }) => Ledger;
type ExecutionCost = (k: number, n: number, rows: number) => Ledger;

/**
 * A matrix is one kernel on one accelerator, however it is divided: a shard takes the kernel's whole time, beside the
 * others, and its columns' part of everything else.
 */
function shardOf(kernel: Ledger, columns: number, n: number): Ledger {
  return columns === n ? kernel : shareOf(kernel, columns / n);
}

function programMatrix(
  kernel: Kernel,
  cost: ExecutionCost,
  numerics: Numerics,
  engine: TileEngine,
  spec: ShardSpec,
  weights: Float32Array,
): ProgrammedShard {
  const { k, n } = spec;
  const columns = checkedColumns(spec, weights);
  const matrix = numerics.program(engine, weights, k, columns);
  const loading = kernel({ macs: 0, bytes: weightBytes(numerics, k, n) });
  return {
    spec,
    residentBytes: matrix.residentBytes,
    release: () => matrix.release(),
    programLedger: { ...shardOf(loading, columns, n), reloads: 1 },
    execute(batch: RowBatch) {
      const y = matrix.multiply(batch);
      const { rows } = batch;
      return executed(y, { ...shardOf(cost(k, n, rows), columns, n), macs: rows * k * columns });
    },
  };
}

/** The feed-forward part with its activation, as one kernel; the bits of gate_up, the digital unit and down apart. */
function programFfn(
  kernel: Kernel,
  numerics: Numerics,
  engine: TileEngine,
  spec: ShardSpec,
  { inner, columns, gateUp, down }: FfnWeights,
): ProgrammedShard {
  const { k, n } = spec;
  const first = numerics.program(engine, gateUp, k, 2 * inner);
  const second = numerics.program(engine, down, inner, columns);
  const held = weightBytes(numerics, k, 2 * inner) + weightBytes(numerics, inner, n);
  return {
    spec,
    residentBytes: first.residentBytes + second.residentBytes,
    release() {
      first.release();
      second.release();
    },
    programLedger: { ...shardOf(kernel({ macs: 0, bytes: held }), columns, n), reloads: 1 },
    execute(batch: RowBatch) {
      const { rows } = batch;
      const before = first.multiply(batch);
      const x = new Float32Array(rows * inner);
      for (let row = 0; row < rows; row++)
        for (let i = 0; i < inner; i++)
          x[row * inner + i] = gatedSilu(before[2 * row * inner + i]!, before[(2 * row + 1) * inner + i]!);
      const y = second.multiply({ ...batch, x });
      const whole = kernel({ macs: rows * inner * (2 * k + n), bytes: held + rows * rowBytes(numerics, k, n) });
      return executed(y, shardOf(whole, columns, n));
    },
  };
}

const executed = (y: Float32Array, ledger: Ledger): Execution => ({
  y,
  ledger,
  telemetry: { dacSaturated: 0, adcSaturated: 0, signalRms: rootMeanSquare(y), noiseRms: 0 },
});

/** What sets the kinds apart: numerics, and the peak rate that they run at. */
export const DIGITAL_FORMATS = {
  'digital-fp32': { numerics: fp32, rate: 'fp32_rate' },
  'digital-bf16': { numerics: bf16, rate: 'bf16_rate' },
  'digital-fp8': { numerics: fp8, rate: 'fp8_rate' },
  'digital-int8': { numerics: int8, rate: 'int8_rate' },
} as const satisfies Record<string, { readonly numerics: Numerics; readonly rate: Rate }>;

/** A kind for each number format, all with the same parameters. */
export const digitalKinds: readonly AnyDeviceKind[] = Object.entries(DIGITAL_FORMATS).map(([kind, format]) =>
  defineKind({
    kind,
    pool: 'digital',
    parameters: DIGITAL,
    ffn: 'bare',
    check(p) {
      if (p[format.rate] > 0) return undefined;
      return { parameter: format.rate, reason: `the kind ${kind} runs at this rate: state it, or choose another kind` };
    },
    // One accelerator, whatever it holds.
    standby: (p, matrices) => (matrices.length > 0 ? p.idle_power : 0),
    create: (profile, engine) => createDigital(profile, engine, format),
  }),
);
