import {
  bytesToFloats,
  fromProtoOperation,
  fromProtoPool,
  isErrorCode,
  ledgerFromProto,
  OhmlightError,
  proto,
  type RowBatch,
  shardFromProto,
  type Telemetry,
} from '@ohmlight/contracts';
import { checkOutputs } from './check-reply.js';
import type { CoreDescription, ExecuteReply, HeldShard, Recalibration } from './core-client.js';

const badReply = (core: string, what: string): OhmlightError =>
  new OhmlightError('core_bad_reply', `${core} answered ${what}`);

export function heldShardFromProto(message: proto.HeldShard | undefined, core: string): HeldShard {
  if (!message) throw badReply(core, 'without the shard');
  const residentBytes = Number(message.residentBytes);
  try {
    return { shardId: message.shardId, spec: shardFromProto(message.shard), residentBytes };
  } catch (error) {
    throw new OhmlightError('core_bad_reply', `${core}: ${(error as Error).message}`, null, { cause: error });
  }
}

export function descriptionFromProto(message: proto.DescribeResponse, core: string): CoreDescription {
  const pool = fromProtoPool(message.pool);
  if (!pool) throw badReply(core, `Describe with no known pool (${message.pool})`);
  return {
    coreId: message.coreId,
    pool,
    version: message.version,
    profiles: message.profiles,
    shards: message.shards.map((shard) => heldShardFromProto(shard, core)),
    residentBytes: Number(message.residentBytes),
    capacityBytes: Number(message.capacityBytes),
    enginePath: message.enginePath,
  };
}

export const recalibrationsFromProto = (message: proto.RecalibrateResponse, core: string): Recalibration[] =>
  message.recalibrations.map(({ operation: value, shards, ledger }) => {
    const operation = fromProtoOperation(value);
    if (!operation) throw badReply(core, `Recalibrate with no known operation (${value})`);
    return { operation, shards, ledger: ledgerFromProto(ledger) };
  });

export function rowKeysToProto(batch: RowBatch): proto.RowKey[] {
  const keys: proto.RowKey[] = [];
  for (let row = 0; row < batch.rows; row++) keys.push({ seed: batch.seeds[row]!, position: batch.positions[row]! });
  return keys;
}

function telemetryFromProto(message: proto.Telemetry | undefined): Telemetry {
  return {
    dacSaturated: Number(message?.dacSaturated ?? 0n),
    adcSaturated: Number(message?.adcSaturated ?? 0n),
    signalRms: message?.signalRms ?? 0,
    noiseRms: message?.noiseRms ?? 0,
  };
}

/**
 * The reply that `message` carries, checked.
 * @throws OhmlightError the core's own, or `core_bad_reply`.
 */
export function executeReplyFromProto(
  message: proto.ExecuteResponse,
  asked: { shardId: string; rows: number; columns: number | undefined; coreSeconds: number },
  core: string,
): ExecuteReply {
  const { outcome } = message;
  const { shardId, rows, columns, coreSeconds } = asked;
  if (!outcome) throw badReply(core, `shard ${shardId} with neither a result nor an error`);
  if (outcome.$case === 'error') {
    const { code, message: text } = outcome.error;
    if (!isErrorCode(code)) throw badReply(core, `shard ${shardId} with the unknown error "${code}": ${text}`);
    throw new OhmlightError(code, text);
  }
  const { outputs, ledger, telemetry, engineSeconds } = outcome.result;
  if (outputs.length % Float32Array.BYTES_PER_ELEMENT !== 0)
    throw badReply(core, `shard ${shardId} with ${outputs.length} bytes, no whole number of values`);
  const y = bytesToFloats(outputs);
  checkOutputs(y, rows, columns, core, shardId);
  return { y, ledger: ledgerFromProto(ledger), telemetry: telemetryFromProto(telemetry), engineSeconds, coreSeconds };
}
