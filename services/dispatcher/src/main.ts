import { logVerbosity, setLogVerbosity } from '@grpc/grpc-js';
import type { INestApplicationContext } from '@nestjs/common';
import { startFailure } from './app.module.js';
import { readDispatcherConfig } from './config/environment.js';
import { startDispatcher } from './start-dispatcher.js';

/** Stopping takes no longer than this; what is left then is cut off, and another dispatcher takes it over. */
const STOP_MS = 4_900;

// What grpc-js prints by itself repeats what the errors say, and is no JSON; GRPC_VERBOSITY brings it back.
if (process.env['GRPC_VERBOSITY'] === undefined) setLogVerbosity(logVerbosity.NONE);

let app: INestApplicationContext;
try {
  app = await startDispatcher(readDispatcherConfig());
} catch (thrown) {
  process.stderr.write(`${startFailure(thrown)}\n`);
  process.exit(1);
}

let stopping = false;
for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.on(signal, () => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(0), STOP_MS).unref();
    app.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  });
