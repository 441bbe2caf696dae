import type { ClientDuplexStream, ServiceError } from '@grpc/grpc-js';
import {
  asOhmlightError,
  columnsOfShardId,
  FLOAT_BYTES,
  floatsToBytes,
  OhmlightError,
  type proto,
} from '@ohmlight/contracts';
import { executeReplyFromProto, rowKeysToProto } from './convert.js';
import type { ExecuteCall, ExecuteReply } from './core-client.js';
import { fromServiceError } from './grpc-errors.js';
import { MAX_JOB_BYTES } from './limits.js';

type Stream = ClientDuplexStream<proto.ExecuteRequest, proto.ExecuteResponse>;

interface Pending {
  readonly call: ExecuteCall;
  readonly startedAt: number;
  readonly timer: NodeJS.Timeout;
  readonly resolve: (reply: ExecuteReply) => void;
  readonly reject: (error: OhmlightError) => void;
}

/** setTimeout takes a signed 32-bit number of milliseconds, and the wire an unsigned one. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** A message beyond gRPC's limit would end the stream, and with it every other call in flight. */
function oversize({ shardId, batch }: ExecuteCall): OhmlightError | undefined {
  const outputs = batch.rows * (columnsOfShardId(shardId) ?? 0);
  const bytes = Math.max(batch.x.length, outputs) * FLOAT_BYTES;
  if (bytes <= MAX_JOB_BYTES) return undefined;
  return new OhmlightError(
    'invalid_job',
    `a job of ${batch.rows} rows on shard ${shardId} is ${bytes} bytes one way, and ${MAX_JOB_BYTES} fit; split its rows`,
  );
}

/**
 * The one Execute stream of a core, opened at the first call and again after each loss. Many calls are in
 * flight at once; a reply finds its call by correlation id. Requests wait here while the transport is full.
 */
export class ExecuteStream {
  readonly #open: () => Stream;
  readonly #who: string;
  #stream: Stream | undefined;
  #full = false;
  #nextId = 1;
  readonly #pending = new Map<string, Pending>();
  #outbox: proto.ExecuteRequest[] = [];
  /** Replies for calls that nobody waits for any more, and for calls that were never made. */
  readonly counts = { late: 0, unknown: 0 };

  constructor(open: () => Stream, who: string) {
    this.#open = open;
    this.#who = who;
  }

  get inFlight(): number {
    return this.#pending.size;
  }

  execute(call: ExecuteCall): Promise<ExecuteReply> {
    const left = Math.min(Math.ceil(call.deadline - Date.now()), LONGEST_TIMER_MS);
    if (left <= 0) return Promise.reject(this.#expired(call));
    const tooLong = oversize(call);
    if (tooLong) return Promise.reject(tooLong);
    const correlationId = String(this.#nextId++);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#pending.delete(correlationId);
        reject(this.#expired(call));
      }, left);
      this.#pending.set(correlationId, { call, startedAt: performance.now(), timer, resolve, reject });
      this.#outbox.push({
        correlationId,
        shardId: call.shardId,
        rowKeys: rowKeysToProto(call.batch),
        activations: floatsToBytes(call.batch.x),
        deadlineMs: left,
        requestId: call.requestId,
        deviceTimeS: call.conditions?.deviceTime,
        calibratedAtS: call.conditions?.calibratedAt,
      });
      this.#flush();
    });
  }

  /** Fails every call in flight with `error` and ends the stream; the next call opens another. */
  close(error: OhmlightError): void {
    this.#stream?.cancel();
    this.#lose(error);
  }

  #expired({ shardId }: ExecuteCall): OhmlightError {
    return new OhmlightError(
      'deadline_exceeded',
      `${this.#who} did not answer shard ${shardId} before the job's deadline`,
    );
  }

  #flush(): void {
    const stream = (this.#stream ??= this.#attach(this.#open()));
    while (!this.#full && this.#outbox.length > 0) {
      const request = this.#outbox.shift()!;
      // A call whose deadline passed while it waited here is not sent.
      if (this.#pending.has(request.correlationId)) this.#full = !stream.write(request);
    }
  }

  #attach(stream: Stream): Stream {
    const lose = (error: OhmlightError) => {
      if (this.#stream === stream) this.#lose(error);
    };
    stream.on('data', (reply: proto.ExecuteResponse) => this.#settle(reply));
    stream.on('drain', () => {
      if (this.#stream !== stream) return;
      this.#full = false;
      this.#flush();
    });
    stream.on('error', (error: ServiceError) => lose(fromServiceError(error, this.#who)));
    stream.on('end', () => lose(new OhmlightError('core_unavailable', `${this.#who} ended the Execute stream`)));
    return stream;
  }

  #settle(reply: proto.ExecuteResponse): void {
    const pending = this.#pending.get(reply.correlationId);
    if (!pending) {
      const id = Number(reply.correlationId);
      if (Number.isInteger(id) && id > 0 && id < this.#nextId) this.counts.late++;
      else this.counts.unknown++;
      return;
    }
    this.#pending.delete(reply.correlationId);
    clearTimeout(pending.timer);
    const { shardId, batch } = pending.call;
    const coreSeconds = (performance.now() - pending.startedAt) / 1000;
    const asked = { shardId, rows: batch.rows, columns: columnsOfShardId(shardId), coreSeconds };
    try {
      pending.resolve(executeReplyFromProto(reply, asked, this.#who));
    } catch (error) {
      pending.reject(asOhmlightError(error));
    }
  }

  #lose(error: OhmlightError): void {
    this.#stream = undefined;
    this.#full = false;
    this.#outbox = [];
    const lost = [...this.#pending.values()];
    this.#pending.clear();
    for (const { timer, reject } of lost) {
      clearTimeout(timer);
      reject(error);
    }
  }
}
