import type { ServerReadableStream } from '@grpc/grpc-js';
import {
  calibrationFromProto,
  ledgerToProto,
  OhmlightError,
  type proto,
  shardFromProto,
  shardId,
  shardToProto,
} from '@ohmlight/contracts';
import type { HeldShard } from '@ohmlight/core-client';
import type { ReceiveWeights, ShardStore } from '../shard-store.js';
import { MessageReader } from './message-reader.js';

/** A Program stream on which nothing comes for so long is given up, so that it does not hold up others. */
const PROGRAM_IDLE_MS = 10_000;

export function heldShardToProto({ shardId, spec, residentBytes }: HeldShard): proto.HeldShard {
  return { shardId, shard: shardToProto(spec), residentBytes: BigInt(Math.round(residentBytes)) };
}

/**
 * Programs the shard that a Program stream carries.
 * @throws OhmlightError of the stream's contents or of the store; nothing is then held of it.
 */
export async function program(
  call: ServerReadableStream<proto.ProgramRequest, proto.ProgramResponse>,
  store: ShardStore,
  idleMs = PROGRAM_IDLE_MS,
): Promise<proto.ProgramResponse> {
  const messages = new MessageReader<proto.ProgramRequest>(call, idleMs);
  try {
    const first = (await messages.next())?.message;
    if (first?.$case !== 'header')
      throw new OhmlightError('invalid_shard', 'the first message of a Program stream is the header');
    const spec = shardFromProto(first.header.shard);
    const id = shardId(spec);
    if (first.header.shardId !== '' && first.header.shardId !== id)
      throw new OhmlightError(
        'invalid_shard',
        `the shard is called ${id}, and the header calls it ${first.header.shardId}; leave shard_id empty or send its name`,
      );
    const calibration = calibrationFromProto(first.header.calibration, spec.columnEnd - spec.columnStart);
    const receive: ReceiveWeights = async (buffer) => {
      for (let next = await messages.next(); next; next = await messages.next()) {
        if (next.message?.$case !== 'weights')
          throw new OhmlightError('invalid_shard', 'every message after the header carries weights');
        buffer.append(next.message.weights);
      }
    };
    const { shard, ledger, alreadyHeld } = await store.program(spec, receive, calibration);
    return { shard: heldShardToProto(shard), ledger: ledgerToProto(ledger), alreadyHeld };
  } finally {
    messages.drain();
  }
}
