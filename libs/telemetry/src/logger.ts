import { type DestinationStream, type Logger, pino } from 'pino';

export type { Logger };

/**
 * Structured logs, one JSON object a line on standard error. Every line carries `service` and `id`; a line
 * that belongs to a request comes from `logger.child({ request_id })`, so that one search finds its whole walk.
 * `destination` replaces standard error.
 */
export function createLogger(service: string, id: string, level: string, destination?: DestinationStream): Logger {
  return pino(
    { level, base: { service, id }, timestamp: pino.stdTimeFunctions.isoTime },
    destination ?? pino.destination({ fd: 2, sync: false }),
  );
}
