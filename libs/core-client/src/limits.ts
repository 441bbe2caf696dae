import type { ChannelOptions } from '@grpc/grpc-js';

/** Longest gRPC message either side takes or sends; gRPC's own default is 4 MiB. */
export const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;

/** Longest activations, and longest outputs, of one job: the rest of a message is for keys, ledger and names. */
export const MAX_JOB_BYTES = MAX_MESSAGE_BYTES / 2;

/** Weights per message of a Program stream. */
export const PROGRAM_CHUNK_BYTES = 256 * 1024;

/** Trailer of a failed call that carries the code of docs/reference/errors.md. */
export const ERROR_CODE_TRAILER = 'ohmlight-error-code';

/** Channel options that a core and its clients share. */
export const SHARED_OPTIONS = {
  'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
  'grpc.max_send_message_length': MAX_MESSAGE_BYTES,
  // HTTP/2 starts with 64 KiB in flight; a message longer than the window waits for a round trip per window.
  'grpc-node.flow_control_window': 8 * 1024 * 1024,
} satisfies ChannelOptions;

/** Options of a client's channel. */
export const CLIENT_OPTIONS = {
  ...SHARED_OPTIONS,
  // A call that a core may have begun is repeated by the dispatcher alone, which knows of other cores.
  'grpc.enable_retries': 0,
  'grpc.use_local_subchannel_pool': 1,
  'grpc.enable_http_proxy': 0,
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1_000,
  // A peer that vanished without a reset. The timeout is generous because a core that programs a large shard
  // answers no ping meanwhile; the deadline of each call comes first.
  'grpc.keepalive_time_ms': 10_000,
  'grpc.keepalive_timeout_ms': 20_000,
} satisfies ChannelOptions;
