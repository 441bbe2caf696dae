import { createServer, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SseStream } from './sse.js';

let response: Promise<ServerResponse>;
let server: ReturnType<typeof createServer>;
let reader: Socket;

beforeEach(async () => {
  const { promise, resolve } = Promise.withResolvers<ServerResponse>();
  response = promise;
  server = createServer((_request, reply) => resolve(reply)).listen(0, '127.0.0.1');
  await new Promise((listening) => server.once('listening', listening));
  reader = connect((server.address() as AddressInfo).port, '127.0.0.1');
  reader.on('error', () => {});
  reader.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
});
afterEach(() => {
  reader.destroy();
  server.close();
  server.closeAllConnections();
});

const event = { text: 'x'.repeat(16 * 1024) };

describe('SseStream', () => {
  it('writes one event a line and a blank line, [DONE] last', async () => {
    const chunks: string[] = [];
    reader.setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk));
    const sse = new SseStream(await response);
    expect(sse.opened).toBe(false);
    sse.open();
    await sse.send({ a: 'one\ntwo' });
    await sse.done();
    await expect.poll(() => chunks.join('')).toContain('data: {"a":"one\\ntwo"}\n\n');
    await expect.poll(() => chunks.join('')).toContain('data: [DONE]\n\n');
    expect(chunks.join('')).toContain('content-type: text/event-stream');
  });

  it('waits for a reader that does not read, so that unread events stay few', async () => {
    reader.pause();
    const reply = await response;
    const sse = new SseStream(reply);
    sse.open();
    let most = 0;
    const sending = (async () => {
      for (let sent = 0; sent < 2_000; sent++) {
        await sse.send(event);
        most = Math.max(most, reply.writableLength);
      }
    })();
    await expect.poll(() => reply.writableNeedDrain).toBe(true);
    reader.resume();
    await sending;
    // 2000 events are 32 MB; what waits in this process stays near the stream's high-water mark.
    expect(most).toBeLessThan(16 * JSON.stringify(event).length);
  });

  it('drops a reader that has stalled for too long', async () => {
    reader.pause();
    const reply = await response;
    const closed = new Promise((resolve) => reply.once('close', resolve));
    const sse = new SseStream(reply, () => {}, 50);
    sse.open();
    while (!reply.destroyed) await sse.send(event);
    await closed;
    expect(reply.writableFinished).toBe(false);
    await sse.send(event);
  });
});
