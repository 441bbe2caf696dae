import { afterEach, describe, expect, it } from 'vitest';
import { type TelemetryServer, serveTelemetry } from './http.js';
import { Metrics } from './metrics.js';

describe('serveTelemetry', () => {
  let reason: string | undefined;
  let server: TelemetryServer | undefined;

  const start = async (port = 0) => {
    reason = undefined;
    const metrics = new Metrics('optical-core', '1.2.3');
    return (server = await serveTelemetry({ host: '127.0.0.1', port, metrics, health: () => reason }));
  };
  const get = (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${server!.port}${path}`, init);

  afterEach(async () => {
    await server?.close();
    server = undefined;
  });

  it('serves the registry in the Prometheus text format', async () => {
    await start();
    const response = await get('/metrics?ignored=1');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    const text = await response.text();
    expect(text).toContain('ohmlight_build_info{version="1.2.3",service="optical-core"} 1');
    expect(text).toContain('# TYPE ohmlight_core_engine_seconds histogram');
    expect(text).toContain('process_cpu_seconds_total');
  });

  it('answers /health by the health of now', async () => {
    await start();
    const healthy = await get('/health');
    expect([healthy.status, await healthy.json()]).toEqual([200, { status: 'ok' }]);
    reason = 'Redis does not answer';
    const ill = await get('/health');
    expect([ill.status, await ill.json()]).toEqual([503, { status: 'unavailable', reason }]);
  });

  it('answers 404 to anything else', async () => {
    await start();
    expect((await get('/')).status).toBe(404);
    expect((await get('/metrics', { method: 'POST' })).status).toBe(404);
  });

  it('rejects with the cause when the port is taken', async () => {
    const first = await start();
    await expect(
      serveTelemetry({
        host: '127.0.0.1',
        port: first.port,
        metrics: new Metrics('gateway', '1.2.3'),
        health: () => undefined,
      }),
    ).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  it('frees the port on close, open connections included', async () => {
    const first = await start();
    await (await get('/health')).text();
    await first.close();
    server = undefined;
    expect((await start(first.port)).port).toBe(first.port);
  });
});
