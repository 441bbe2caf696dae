import {
  bytesToFloats,
  FLOAT_BYTES,
  isErrorCode,
  OhmlightError,
  REPLY_FIELDS,
  type ReplyMeta,
  replyMetaSchema,
} from '@ohmlight/contracts';
import type { ReplyEntry } from './reply-reader.js';
import type { ShardReply } from '@ohmlight/matmul';

/**
 * A shard's reply out of an entry of the reply stream.
 * @throws OhmlightError the dispatcher's error; `core_bad_reply` when the outputs are not rows × columns;
 * `internal_error` when the entry cannot be read.
 */
export function readReply(entry: ReplyEntry, rows: number, columns: number): ShardReply {
  const meta = readMeta(entry);
  if (!meta.ok) throw new OhmlightError(isErrorCode(meta.code) ? meta.code : 'internal_error', meta.message);
  const bytes = entry.get(REPLY_FIELDS.y);
  const expected = rows * columns * FLOAT_BYTES;
  if (bytes?.byteLength !== expected)
    throw new OhmlightError(
      'core_bad_reply',
      `the reply of core ${meta.coreId} carries ${bytes?.byteLength ?? 0} bytes where ${rows} × ${columns} float32 belong`,
    );
  const { ledger, telemetry, wall, share } = meta;
  return { y: bytesToFloats(bytes), ledger, telemetry, engineSeconds: wall.engine, coreSeconds: wall.core, share };
}

function readMeta(entry: ReplyEntry): ReplyMeta {
  try {
    return replyMetaSchema.parse(JSON.parse(entry.get(REPLY_FIELDS.meta)?.toString() ?? ''));
  } catch (cause) {
    throw new OhmlightError(
      'internal_error',
      'a reply cannot be read; gateway and dispatcher must be of one version',
      null,
      { cause },
    );
  }
}
