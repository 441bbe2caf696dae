import { logVerbosity, setLogVerbosity } from '@grpc/grpc-js';
import { NestFactory } from '@nestjs/core';
import type { Pool, ServiceName } from '@ohmlight/contracts';
import { CoreServerModule } from './core-server.module.js';

/** Stopping takes no longer than this; what is left then is cut off. */
const STOP_MS = 4_800;

/**
 * The whole life of a core's process: starts it, serves until SIGTERM or SIGINT, exits 0. A process that cannot
 * start says why in one line on standard error and exits 1.
 */
export async function runCore(service: ServiceName, pool: Pool): Promise<void> {
  // What grpc-js prints by itself repeats what the errors say, and is no JSON; GRPC_VERBOSITY brings it back.
  if (process.env.GRPC_VERBOSITY === undefined) setLogVerbosity(logVerbosity.NONE);
  try {
    const app = await NestFactory.createApplicationContext(CoreServerModule.forRoot({ service, pool }), {
      logger: false,
      abortOnError: false,
    });
    let stopping = false;
    const stop = (): void => {
      if (stopping) return;
      stopping = true;
      setTimeout(() => process.exit(0), STOP_MS).unref();
      app.close().then(() => process.exit(0), fail(service));
    };
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
  } catch (error) {
    fail(service)(error);
  }
}

const fail =
  (service: ServiceName) =>
  (error: unknown): void => {
    const reason = error instanceof Error ? error.message : String(error);
    process.stderr.write(`${service}: ${reason.replaceAll('\n', '; ')}\n`);
    process.exit(1);
  };
