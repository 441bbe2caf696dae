import { emptyLedger, OPERATIONS, philox4x32 } from '@ohmlight/contracts';
import type { Checkpoint, Matmul, MatmulCall, MatmulReply } from '@ohmlight/transformer';
import { ReferenceMatmul } from '@ohmlight/transformer/testing';
import type { Measured, MatmulFactory } from '../src/matmul/index.js';

/** Relative noise that a row's outputs get on every placement but the reference. */
const NOISE = 0.05;

/** A stop in the way of every matmul: lets a test hold a step, spoil it, or look at it. */
export interface Gate {
  /** Called before each phase; what it throws the phase throws. */
  before(call: MatmulCall, placement: string): Promise<void> | void;
}

/**
 * Matmuls from the checkpoint's own weights, in this process. Off the reference, noise is added that is keyed
 * by (seed, position, operation, layer, column) and the device time in whole seconds, as a device's; the ledger depends on the rows alone.
 */
export class NoisyMatmuls implements MatmulFactory {
  readonly gate: Gate = { before: () => {} };
  calls = 0;
  /** Measurements of drift that were asked for; each takes 2 s and 1.5 J, of three shards. */
  readonly recalibrations: { profile: string; deviceTime: number }[] = [];

  constructor(private readonly reference: ReferenceMatmul) {}

  static async load(checkpoint: Checkpoint): Promise<NoisyMatmuls> {
    return new NoisyMatmuls(await ReferenceMatmul.load(checkpoint));
  }

  forPlacement(_checkpoint: unknown, placement: { name: string }): Matmul {
    return { execute: (call, signal) => this.#execute(call, placement.name, signal) };
  }

  async recalibrate(profile: string, deviceTime: number): Promise<Measured> {
    this.recalibrations.push({ profile, deviceTime });
    const ledger = { ...emptyLedger(), seconds: 2, joules: { adc: 1, array: 0.5 } };
    return { cores: 1, recalibrations: [{ operation: 'o', shards: 3, ledger }] };
  }

  async close(): Promise<void> {}

  async #execute(call: MatmulCall, placement: string, signal?: AbortSignal): Promise<MatmulReply> {
    this.calls++;
    await abortable(this.gate.before(call, placement), signal);
    const reply = await this.reference.execute(call, signal);
    if (placement !== 'digital-fp32') addNoise(reply.y, call);
    const { rows } = call.batch;
    const joules = { dac: rows * 1e-9, adc: rows * 2e-9, array: rows * 0.5e-9 };
    const ledger = { ...emptyLedger(), seconds: 1e-6 + rows * 1e-8, joules, macs: rows * 100 };
    return { ...reply, ledger, wall: { total: 4e-4, engine: 1e-4, grpc: 1e-4, queue: 2e-4 }, jobs: 2 };
  }
}

/** As the port promises: an abort ends the wait. */
async function abortable(wait: Promise<void> | void, signal?: AbortSignal): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal?.reason as Error);
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    await Promise.race([wait, promise]);
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
}

function addNoise(y: Float32Array, { layer, operation, batch, conditions }: MatmulCall): void {
  const columns = y.length / batch.rows;
  batch.seeds.forEach((seed, row) => {
    const key = [Number(seed & 0xffff_ffffn), Number(seed >> 32n)] as const;
    const word = layer * 16 + OPERATIONS.indexOf(operation);
    const position = batch.positions.at(row) ?? 0;
    y.subarray(row * columns, (row + 1) * columns).forEach((value, column, outputs) => {
      const uniform = philox4x32([position, word, column, 1 + (conditions?.deviceTime ?? 0)], key)[0] / 2 ** 32;
      outputs[column] = value + NOISE * (uniform - 0.5);
    });
  });
}
