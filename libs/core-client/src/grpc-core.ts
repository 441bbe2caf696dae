import { type ClientUnaryCall, credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import { type Calibration, OhmlightError, proto, type ShardSpec } from '@ohmlight/contracts';
import { descriptionFromProto, recalibrationsFromProto } from './convert.js';
import type { Core, CoreDescription, ExecuteCall, ExecuteReply, Programmed, Recalibration } from './core-client.js';
import { ExecuteStream } from './execute-stream.js';
import { fromServiceError } from './grpc-errors.js';
import { CLIENT_OPTIONS } from './limits.js';
import { programShard } from './program-stream.js';

export interface GrpcCoreOptions {
  /** host:port of the core. */
  readonly address: string;
  /** Id of the core, for messages; the address stands in for it. */
  readonly coreId?: string;
  /** Longest wait for Describe and Evict. */
  readonly controlTimeoutMs?: number;
  /** Longest wait for a shard to be programmed, streaming its weights included, and for Recalibrate. */
  readonly programTimeoutMs?: number;
}

type ControlOptions = [Metadata, { deadline: number }];

/** A core over gRPC: one channel and one persistent Execute stream, both opened when first needed. */
export class GrpcCore implements Core {
  readonly #client: proto.CoreServiceClient;
  readonly #stream: ExecuteStream;
  readonly #who: string;
  readonly #controlTimeoutMs: number;
  readonly #programTimeoutMs: number;
  /** Describe, Program, Evict and Recalibrate calls under way. */
  readonly #calls = new Set<{ cancel(): void }>();
  #closed = false;

  constructor({ address, coreId, controlTimeoutMs = 5_000, programTimeoutMs = 120_000 }: GrpcCoreOptions) {
    this.#who = coreId === undefined ? `core ${address}` : `core ${coreId} (${address})`;
    this.#controlTimeoutMs = controlTimeoutMs;
    this.#programTimeoutMs = programTimeoutMs;
    const client = new proto.CoreServiceClient(address, credentials.createInsecure(), CLIENT_OPTIONS);
    this.#client = client;
    this.#stream = new ExecuteStream(() => client.execute(), this.#who);
  }

  /** Replies that came too late, and replies to calls that were never made, since this object exists. */
  get strayReplies(): { readonly late: number; readonly unknown: number } {
    return this.#stream.counts;
  }

  /** Execute calls that wait for their reply. */
  get inFlight(): number {
    return this.#stream.inFlight;
  }

  async describe(): Promise<CoreDescription> {
    const response = await this.#control<proto.DescribeResponse>((options, callback) =>
      this.#client.describe({}, ...options, callback),
    );
    return descriptionFromProto(response, this.#who);
  }

  async program(
    spec: ShardSpec,
    weights: Iterable<Float32Array> | AsyncIterable<Float32Array>,
    calibration?: Calibration,
  ): Promise<Programmed> {
    return this.#track((onCall) =>
      programShard(
        this.#client,
        spec,
        { weights, calibration },
        Date.now() + this.#programTimeoutMs,
        this.#who,
        onCall,
      ),
    );
  }

  async execute(call: ExecuteCall): Promise<ExecuteReply> {
    this.#assertOpen();
    return this.#stream.execute(call);
  }

  async evict(shardId: string): Promise<boolean> {
    const response = await this.#control<proto.EvictResponse>((options, callback) =>
      this.#client.evict({ shardId }, ...options, callback),
    );
    return response.evicted;
  }

  async recalibrate(profile: string, deviceTime: number): Promise<readonly Recalibration[]> {
    // Bringing a shard to another age takes about as long as programming it.
    const response = await this.#control<proto.RecalibrateResponse>(
      (options, callback) => this.#client.recalibrate({ profile, deviceTimeS: deviceTime }, ...options, callback),
      this.#programTimeoutMs,
    );
    return recalibrationsFromProto(response, this.#who);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#stream.close(this.#closedError());
    for (const call of this.#calls) call.cancel();
    this.#client.close();
  }

  #closedError(): OhmlightError {
    return new OhmlightError('core_unavailable', `the connection to ${this.#who} was closed`);
  }

  #assertOpen(): void {
    if (this.#closed) throw this.#closedError();
  }

  #control<R>(
    call: (options: ControlOptions, callback: (error: ServiceError | null, response: R) => void) => ClientUnaryCall,
    timeoutMs = this.#controlTimeoutMs,
  ): Promise<R> {
    return this.#track(
      (onCall) =>
        new Promise((resolve, reject) => {
          const options: ControlOptions = [new Metadata(), { deadline: Date.now() + timeoutMs }];
          const underway = call(options, (error, response) => {
            if (error) reject(fromServiceError(error, this.#who));
            else resolve(response);
          });
          onCall(underway);
        }),
    );
  }

  /** Runs a call that close() can cancel; a cancelled one fails as `core_unavailable`. */
  async #track<R>(start: (onCall: (call: { cancel(): void }) => void) => Promise<R>): Promise<R> {
    this.#assertOpen();
    let underway: { cancel(): void } | undefined;
    try {
      return await start((call) => {
        underway = call;
        this.#calls.add(call);
      });
    } finally {
      if (underway) this.#calls.delete(underway);
    }
  }
}
