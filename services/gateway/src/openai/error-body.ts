import type { OhmlightError } from '@ohmlight/contracts';

/** An error in OpenAI's shape. A defect's own words stay in the log. */
export function errorBody(error: OhmlightError): object {
  const message =
    error.code === 'internal_error' ? 'internal error; the log of this request id has the cause' : error.message;
  return { error: { message, type: error.row.type, param: error.param, code: error.code } };
}

/** Headers that tell a client whether and when to try again. */
export function retryHeaders(error: OhmlightError, retryAfterSeconds: number): Record<string, string> {
  const { http, retry } = error.row;
  if (http === 429 || error.code === 'shutting_down')
    return { 'retry-after': String(retryAfterSeconds), 'retry-after-ms': String(retryAfterSeconds * 1000) };
  // OpenAI's clients repeat whatever is 500 or above unless told not to.
  return http >= 500 && !retry ? { 'x-should-retry': 'false' } : {};
}
