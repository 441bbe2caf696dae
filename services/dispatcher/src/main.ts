import { logVerbosity, setLogVerbosity } from '@grpc/grpc-js';
import type { INestApplicationContext } from '@nestjs/common';
import { readDispatcherConfig } from './config/environment.js';
import { startDispatcher } from './start-dispatcher.js';

/** Stopping takes no longer than this; what is left then is cut off, and another dispatcher takes it over. */
const STOP_MS = 4_900;

// What grpc-js prints by itself repeats what the errors say, and is no JSON; GRPC_VERBOSITY brings it back.
if (process.env['GRPC_VERBOSITY'] === undefined) setLogVerbosity(logVerbosity.NONE);

/** One line for a process that cannot start: cause and remedy. */
function fail(thrown: unknown): never {
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  process.stderr.write(`dispatcher: ${reason.replaceAll('\n', '; ')}\n`);
  process.exit(1);
}

// Signals are heard before anybody can learn of this process, so that none ends it unheard.
const started = Promise.withResolvers<INestApplicationContext>();
let stopping = false;
for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.on(signal, () => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(0), STOP_MS).unref();
    started.promise.then((app) => app.close()).then(() => process.exit(0), fail);
  });

try {
  started.resolve(await startDispatcher(readDispatcherConfig()));
} catch (thrown) {
  fail(thrown);
}
