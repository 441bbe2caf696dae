import { bootFailure } from './boot-failure.js';
import { readConfig } from './config.js';
import { type Gateway, startGateway } from './gateway.js';

/** Milliseconds after which a stop that hangs is cut short. */
const STOP_MS = 5_000;

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
