import { OhmlightError } from '@ohmlight/contracts';
import { readConfig } from './config.js';
import { type Gateway, startGateway } from './gateway.js';

/** Milliseconds after which a stop that hangs is cut short. */
const STOP_MS = 5_000;

/** Why the gateway does not start, in one line: cause and remedy. */
function bootFailure(thrown: unknown): string {
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
  return `gateway: ${reason.replaceAll('\n', '; ')}`;
}

let gateway: Gateway;
try {
  gateway = await startGateway(readConfig());
} catch (thrown) {
  process.stderr.write(`${bootFailure(thrown)}\n`);
  process.exit(1);
}

let stopping = false;
for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.on(signal, () => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(0), STOP_MS).unref();
    void gateway.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  });
