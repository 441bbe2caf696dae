import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { Failure } from '../failure.js';
import { assertPortFree, freePort } from './port.js';

const server = createServer();
afterEach(() => void server.close());

describe('assertPortFree', () => {
  it('names a taken port and the remedy', async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const failure = await assertPortFree('127.0.0.1', port).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Failure);
    expect((failure as Failure).message).toMatch(
      new RegExp(`^port ${port} is taken( by .+ \\(pid ${process.pid}\\))?: choose another with --port$`),
    );
  });

  it('says nothing of a free one', async () => {
    await expect(assertPortFree('127.0.0.1', await freePort())).resolves.toBeUndefined();
  });
});
