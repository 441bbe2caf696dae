import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Metrics } from './metrics.js';

export interface TelemetryServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Serves GET /metrics and GET /health (200 when ready, 503 with the reason when not) for a service without HTTP of its own. */
export async function serveTelemetry(options: {
  host: string;
  port: number;
  metrics: Metrics;
  /** Undefined when healthy, else why not. */
  health: () => string | undefined;
}): Promise<TelemetryServer> {
  const { metrics, health } = options;
  const server: Server = createServer((request, response) => {
    const path = request.url?.split('?')[0];
    if (request.method === 'GET' && path === '/metrics') {
      metrics.registry.metrics().then(
        (text) => response.writeHead(200, { 'content-type': metrics.registry.contentType }).end(text),
        (error: unknown) => response.writeHead(500).end(String(error)),
      );
    } else if (request.method === 'GET' && path === '/health') {
      const reason = health();
      response
        .writeHead(reason === undefined ? 200 : 503, { 'content-type': 'application/json' })
        .end(JSON.stringify(reason === undefined ? { status: 'ok' } : { status: 'unavailable', reason }));
    } else response.writeHead(404).end();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
