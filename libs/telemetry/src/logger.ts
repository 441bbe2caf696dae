import { type Logger, pino } from 'pino';

export type { Logger };

/** Structured logs, one JSON object a line on standard error; `request_id` binds a line to its request. */
export function createLogger(service: string, id: string, level: string): Logger {
  return pino(
    { level, base: { service, id }, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ fd: 2, sync: false }),
  );
}
