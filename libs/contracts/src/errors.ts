/** Error types of the OpenAI error shape. */
export type ErrorType =
  'invalid_request_error' | 'authentication_error' | 'rate_limit_error' | 'server_error' | 'device_error';

interface ErrorRow {
  /** HTTP status at the gateway. */
  readonly http: number;
  /** Name of the gRPC status at a core. */
  readonly grpc: string;
  readonly type: ErrorType;
  /** Whether another core, or the same one later, may answer where this one failed. */
  readonly retry: boolean;
  /** When it happens and what to do; the page docs/reference/errors.md carries the same words. */
  readonly meaning: string;
}

const row = (http: number, grpc: string, type: ErrorType, retry: boolean, meaning: string): ErrorRow => ({
  http,
  grpc,
  type,
  retry,
  meaning,
});

/** The one table of error codes. Codes are stable: clients match on them. */
export const ERRORS = {
  invalid_json: row(
    400,
    'INVALID_ARGUMENT',
    'invalid_request_error',
    false,
    'The body is not JSON. Send a JSON object with content-type application/json.',
  ),
  invalid_value: row(
    400,
    'INVALID_ARGUMENT',
    'invalid_request_error',
    false,
    'A field has the wrong type or is out of range. `param` names it.',
  ),
  context_length_exceeded: row(
    400,
    'INVALID_ARGUMENT',
    'invalid_request_error',
    false,
    "The prompt does not fit the checkpoint's context. Shorten it.",
  ),
  model_not_found: row(
    404,
    'NOT_FOUND',
    'invalid_request_error',
    false,
    'No such checkpoint or placement, or a placement with a rule for layers that the checkpoint does not have. The message lists what exists; GET /v1/models does too.',
  ),
  not_found: row(
    404,
    'NOT_FOUND',
    'invalid_request_error',
    false,
    'No such path. The message names the paths that exist.',
  ),
  method_not_allowed: row(
    405,
    'UNIMPLEMENTED',
    'invalid_request_error',
    false,
    'The path exists, with another method.',
  ),
  body_too_large: row(
    413,
    'RESOURCE_EXHAUSTED',
    'invalid_request_error',
    false,
    "The body exceeds the gateway's limit.",
  ),
  overloaded: row(
    429,
    'RESOURCE_EXHAUSTED',
    'rate_limit_error',
    true,
    'Too many requests wait. Retry after the time in Retry-After.',
  ),
  internal_error: row(
    500,
    'INTERNAL',
    'server_error',
    true,
    'A defect of Ohmlight. The log of the same request id has the cause.',
  ),
  core_bad_reply: row(
    502,
    'DATA_LOSS',
    'device_error',
    false,
    'A core answered with the wrong length or with a value that is not a finite number. The log names the core and the shard.',
  ),
  core_unavailable: row(
    503,
    'UNAVAILABLE',
    'device_error',
    true,
    'No core of the pool is up, or every one that was tried was lost. Start one; `npx ohmlight status` lists them.',
  ),
  queue_unavailable: row(503, 'UNAVAILABLE', 'server_error', true, 'Redis does not answer. Check REDIS_URL.'),
  shutting_down: row(503, 'UNAVAILABLE', 'server_error', true, 'The process is stopping and takes no new work.'),
  deadline_exceeded: row(504, 'DEADLINE_EXCEEDED', 'device_error', true, 'A job did not finish before its deadline.'),
  shard_not_held: row(
    500,
    'FAILED_PRECONDITION',
    'device_error',
    true,
    'The core does not hold the shard. The dispatcher programs it and tries again.',
  ),
  invalid_shard: row(
    400,
    'INVALID_ARGUMENT',
    'device_error',
    false,
    "A shard's shape, operation or weights do not fit its matrix.",
  ),
  invalid_job: row(
    400,
    'INVALID_ARGUMENT',
    'device_error',
    false,
    "A job's rows, keys or activations do not fit its shard.",
  ),
  no_convergence: row(
    500,
    'FAILED_PRECONDITION',
    'device_error',
    false,
    "A device's circuit has no operating point in reach. Lower the wire resistance, the tile or the input voltage of its profile.",
  ),
  capacity_exceeded: row(
    507,
    'RESOURCE_EXHAUSTED',
    'device_error',
    true,
    "The core has no room for the shard, or the gateway none for a sequence's KV cache. Start another core of the pool or raise OHMLIGHT_CAPACITY_MB; shorten the sequence.",
  ),
  profile_not_found: row(
    404,
    'NOT_FOUND',
    'device_error',
    false,
    'A placement or a shard names a device profile that does not exist. The message lists those that do.',
  ),
  invalid_profile: row(
    500,
    'FAILED_PRECONDITION',
    'server_error',
    false,
    'A profile file does not fit its schema. The message names the file and the field.',
  ),
  invalid_calibration: row(
    500,
    'FAILED_PRECONDITION',
    'server_error',
    false,
    'A calibration file does not fit its schema. The message names the file and the field; calibrate again or remove the file.',
  ),
  calibration_not_found: row(
    500,
    'NOT_FOUND',
    'device_error',
    false,
    'A shard names a calibration that this process has not read. Gateway and dispatcher must read the same OHMLIGHT_CALIBRATIONS; start both again after calibrating.',
  ),
  checkpoint_not_found: row(
    500,
    'NOT_FOUND',
    'server_error',
    false,
    'The checkpoint directory or one of its files is missing. Check OHMLIGHT_CHECKPOINTS.',
  ),
  invalid_checkpoint: row(
    500,
    'FAILED_PRECONDITION',
    'server_error',
    false,
    'A checkpoint file is truncated or lies about its contents. The message names the file and the tensor.',
  ),
  unsupported_checkpoint: row(
    500,
    'UNIMPLEMENTED',
    'server_error',
    false,
    'The checkpoint is of a family, or has a field value, that Ohmlight does not run.',
  ),
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof ERRORS;

/** An error with a stable code. Anything that crosses a process boundary is one of these. */
export class OhmlightError extends Error {
  override readonly name = 'OhmlightError';
  constructor(
    readonly code: ErrorCode,
    message: string,
    /** The request field at fault, as in OpenAI's error shape. */
    readonly param: string | null = null,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  get row(): ErrorRow {
    return ERRORS[this.code];
  }
}

export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(ERRORS, text);
}

/** Any thrown value as an OhmlightError; what is not one already becomes `internal_error`. */
export function asOhmlightError(thrown: unknown): OhmlightError {
  if (thrown instanceof OhmlightError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new OhmlightError('internal_error', message, null, { cause: thrown });
}
