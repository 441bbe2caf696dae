import { Metadata, type ServiceError, status } from '@grpc/grpc-js';
import type { OhmlightError } from '@ohmlight/contracts';
import { ERROR_CODE_TRAILER } from '@ohmlight/core-client';

/** A failed call: the status of the error table, and the code itself in a trailer. */
export function toServiceError(error: OhmlightError): ServiceError {
  const metadata = new Metadata();
  metadata.set(ERROR_CODE_TRAILER, error.code);
  const code = status[error.row.grpc as keyof typeof status];
  return Object.assign(new Error(error.message), { code, details: error.message, metadata });
}
