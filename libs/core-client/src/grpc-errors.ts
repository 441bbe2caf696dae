import { type ServiceError, status } from '@grpc/grpc-js';
import { type ErrorCode, isErrorCode, OhmlightError } from '@ohmlight/contracts';
import { ERROR_CODE_TRAILER } from './limits.js';

/** Code for a status that carries no trailer of ours: gRPC itself failed, not the core's handler. */
function codeOfStatus(error: ServiceError): ErrorCode {
  switch (error.code) {
    case status.DEADLINE_EXCEEDED:
      return 'deadline_exceeded';
    case status.UNIMPLEMENTED:
    case status.RESOURCE_EXHAUSTED:
    case status.DATA_LOSS:
      return 'core_bad_reply';
    case status.INTERNAL:
      // grpc-js reports a message that does not decode and a connection that was reset under the same status.
      return /pars|deseriali/i.test(error.details) ? 'core_bad_reply' : 'core_unavailable';
    default:
      return 'core_unavailable';
  }
}

/** A failed call as an OhmlightError: the core's own code where it sent one. `who` names the core. */
export function fromServiceError(error: ServiceError, who: string): OhmlightError {
  const code = error.metadata?.get(ERROR_CODE_TRAILER)[0];
  if (typeof code === 'string' && isErrorCode(code)) return new OhmlightError(code, error.details);
  const reason = error.details || error.message;
  return new OhmlightError(codeOfStatus(error), `${who}: ${status[error.code] ?? error.code}, ${reason}`, null, {
    cause: error,
  });
}
