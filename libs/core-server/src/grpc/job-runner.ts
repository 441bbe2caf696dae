import {
  asOhmlightError,
  bytesToFloats,
  FLOAT_BYTES,
  floatsToBytes,
  ledgerToProto,
  OhmlightError,
  type proto,
  type RowBatch,
  type ShardSpec,
  type Telemetry,
} from '@ohmlight/contracts';
import { MAX_JOB_BYTES } from '@ohmlight/core-client';
import type { ShardStore } from '../shard-store.js';

/** What the core reports of each job: for its metrics and logs. */
export interface JobObserver {
  /** `engineSeconds`: wall time of the engine alone. `spec` is undefined where the shard is not held. */
  done(spec: ShardSpec | undefined, engineSeconds: number, telemetry: Telemetry): void;
  failed(spec: ShardSpec | undefined, request: proto.ExecuteRequest, error: OhmlightError): void;
}

function batchOf({ rowKeys, activations, shardId }: proto.ExecuteRequest, spec: ShardSpec | undefined): RowBatch {
  const columns = spec ? spec.columnEnd - spec.columnStart : 0;
  if (activations.length % FLOAT_BYTES !== 0)
    throw new OhmlightError(
      'invalid_job',
      `the job on shard ${shardId} brings ${activations.length} bytes of activations, no whole number of float32 values`,
    );
  const rows = rowKeys.length;
  const outputBytes = rows * columns * FLOAT_BYTES;
  if (outputBytes > MAX_JOB_BYTES)
    throw new OhmlightError(
      'invalid_job',
      `the job on shard ${shardId} asks for ${outputBytes} bytes of outputs, and ${MAX_JOB_BYTES} fit into a reply; split its rows`,
    );
  const seeds = new BigUint64Array(rows);
  const positions = new Uint32Array(rows);
  for (let row = 0; row < rows; row++) {
    seeds[row] = rowKeys[row]!.seed;
    positions[row] = rowKeys[row]!.position;
  }
  return { rows, x: bytesToFloats(activations), seeds, positions };
}

/** Turns an Execute request into its reply; a failure is a reply too. */
export class JobRunner {
  readonly #store: ShardStore;
  readonly #observer: JobObserver;

  constructor(store: ShardStore, observer: JobObserver) {
    this.#store = store;
    this.#observer = observer;
  }

  /** Runs the job. `arrivedAt`: the request's arrival on performance.now's clock. Never throws. */
  run(request: proto.ExecuteRequest, arrivedAt: number): proto.ExecuteResponse {
    const { correlationId, shardId, deadlineMs } = request;
    const startedAt = performance.now();
    try {
      if (deadlineMs > 0 && startedAt - arrivedAt >= deadlineMs)
        throw new OhmlightError(
          'deadline_exceeded',
          `the job on shard ${shardId} waited ${Math.round(startedAt - arrivedAt)} ms in the core and had ${deadlineMs} ms`,
        );
      const spec = this.#store.specOf(shardId);
      const { y, ledger, telemetry } = this.#store.execute(shardId, batchOf(request, spec), {
        deviceTime: request.deviceTimeS,
        calibratedAt: request.calibratedAtS,
      });
      const now = performance.now();
      this.#observer.done(spec, (now - startedAt) / 1000, telemetry);
      const result: proto.ExecuteResult = {
        outputs: floatsToBytes(y),
        ledger: ledgerToProto(ledger),
        telemetry: {
          dacSaturated: BigInt(telemetry.dacSaturated),
          adcSaturated: BigInt(telemetry.adcSaturated),
          signalRms: telemetry.signalRms,
          noiseRms: telemetry.noiseRms,
        },
        engineSeconds: (now - arrivedAt) / 1000,
      };
      return { correlationId, outcome: { $case: 'result', result } };
    } catch (thrown) {
      return this.refuse(request, asOhmlightError(thrown));
    }
  }

  /** The reply to a job that is not run. */
  refuse(request: proto.ExecuteRequest, error: OhmlightError): proto.ExecuteResponse {
    this.#observer.failed(this.#store.specOf(request.shardId), request, error);
    const { code, message } = error;
    return { correlationId: request.correlationId, outcome: { $case: 'error', error: { code, message } } };
  }
}
