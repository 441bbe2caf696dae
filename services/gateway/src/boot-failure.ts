import { OhmlightError } from '@ohmlight/contracts';

/** Why the gateway does not start, in one line: cause and remedy. */
export function bootFailure(thrown: unknown): string {
  const error = thrown as NodeJS.ErrnoException & { readonly address?: string; readonly port?: number };
  const reason =
    error.code === 'EADDRINUSE'
      ? `port ${error.port} of ${error.address} is taken; stop what holds it or set OHMLIGHT_PORT`
      : error.code === 'EACCES' || error.code === 'EADDRNOTAVAIL'
        ? `cannot listen on ${error.address ?? ''}:${error.port ?? ''} (${error.code}); set OHMLIGHT_HOST and OHMLIGHT_PORT`
        : thrown instanceof OhmlightError
          ? `${thrown.code}: ${thrown.message}`
          : error instanceof Error
            ? error.message
            : String(thrown);
  return `gateway: ${reason.replaceAll(/\s*\n\s*/g, '; ')}`;
}
