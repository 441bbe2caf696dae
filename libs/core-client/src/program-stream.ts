import { type ClientWritableStream, Metadata } from '@grpc/grpc-js';
import {
  asOhmlightError,
  type Calibration,
  calibrationToProto,
  floatsToBytes,
  ledgerFromProto,
  type OhmlightError,
  type proto,
  shardId,
  type ShardSpec,
  shardToProto,
} from '@ohmlight/contracts';
import { heldShardFromProto } from './convert.js';
import type { Programmed } from './core-client.js';
import { fromServiceError } from './grpc-errors.js';
import { PROGRAM_CHUNK_BYTES } from './limits.js';

type Weights = Iterable<Float32Array> | AsyncIterable<Float32Array>;

/** What a shard is programmed with. */
export interface ProgramContents {
  readonly weights: Weights;
  readonly calibration: Calibration | undefined;
}

/**
 * Streams a shard's weights to a core in chunks, no faster than the core takes them.
 *
 * @throws OhmlightError the core's own; `deadline_exceeded` when the core does not finish before `deadline`
 * (Unix milliseconds); what `weights` throws, after the call was cancelled so that the core keeps nothing.
 * @param onCall Receives the call, so that it can be cancelled.
 */
export function programShard(
  client: proto.CoreServiceClient,
  spec: ShardSpec,
  { weights, calibration }: ProgramContents,
  deadline: number,
  who: string,
  onCall: (call: { cancel(): void }) => void,
): Promise<Programmed> {
  return new Promise((resolve, reject) => {
    let done = false;
    let sourceError: OhmlightError | undefined;
    let proceed: (() => void) | undefined;

    const call = client.program(new Metadata(), { deadline }, (error, response) => {
      done = true;
      proceed?.();
      if (sourceError) return reject(sourceError);
      if (error) return reject(fromServiceError(error, who));
      try {
        const { shard, ledger, alreadyHeld } = response;
        resolve({ shard: heldShardFromProto(shard, who), ledger: ledgerFromProto(ledger), alreadyHeld });
      } catch (thrown) {
        reject(asOhmlightError(thrown));
      }
    });
    onCall(call);
    call.on('drain', () => proceed?.());

    send(call).catch((thrown: unknown) => {
      sourceError = asOhmlightError(thrown);
      call.cancel();
      // The call reports its cancellation only if it was still open.
      if (done) reject(sourceError);
    });

    async function send(call: ClientWritableStream<proto.ProgramRequest>): Promise<void> {
      const write = async (message: proto.ProgramRequest['message']): Promise<void> => {
        if (done || call.write({ message })) return;
        await new Promise<void>((go) => {
          proceed = go;
        });
        proceed = undefined;
      };
      await write({
        $case: 'header',
        header: {
          shardId: shardId(spec),
          shard: shardToProto(spec),
          calibration: calibration && calibrationToProto(calibration),
        },
      });
      for await (const part of weights) {
        const bytes = floatsToBytes(part);
        for (let at = 0; at < bytes.length; at += PROGRAM_CHUNK_BYTES) {
          await write({ $case: 'weights', weights: bytes.subarray(at, at + PROGRAM_CHUNK_BYTES) });
          // The core answers before the end when it already holds the shard or refuses it.
          if (done) return;
        }
      }
      call.end();
    }
  });
}
