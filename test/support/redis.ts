import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A Redis of one's own: real, on a free loopback port, in a temporary directory, gone when stopped. */
export interface TestRedis {
  readonly url: string;
  readonly port: number;
  /** Ends the server at once, as a crash would, and starts it again on the same port with the data that AOF kept. */
  restart(options?: { downMs?: number; empty?: boolean }): Promise<void>;
  /** Ends the server as a crash would; `up` brings it back. */
  kill(): Promise<void>;
  up(): Promise<void>;
  stop(): Promise<void>;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Resolves once something accepts connections on the port; rejects at the deadline or when the process ends first. */
async function listening(port: number, child: ChildProcess, deadline: number): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`redis-server ended with ${child.exitCode}`);
    const socket = connect(port, '127.0.0.1');
    const open = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    socket.destroy();
    if (open) return;
    if (Date.now() > deadline) throw new Error(`redis-server does not listen on ${port}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export async function startRedis(): Promise<TestRedis> {
  const directory = await mkdtemp(join(tmpdir(), 'ohmlight-redis-'));
  const port = await freePort();
  let child: ChildProcess | undefined;

  const up = async (): Promise<void> => {
    child = spawn(
      process.env['OHMLIGHT_REDIS_SERVER'] ?? 'redis-server',
      // prettier-ignore
      ['--port', String(port), '--bind', '127.0.0.1', '--dir', directory, '--save', '', '--appendonly', 'yes',
       '--appendfsync', 'everysec', '--maxmemory-policy', 'noeviction', '--loglevel', 'warning'],
      { stdio: 'ignore' },
    );
    await listening(port, child, Date.now() + 10_000);
  };
  const kill = async (): Promise<void> => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };

  await up();
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    kill,
    up,
    async restart({ downMs = 0, empty = false } = {}) {
      await kill();
      if (empty) await rm(join(directory, 'appendonlydir'), { recursive: true, force: true });
      if (downMs > 0) await new Promise((resolve) => setTimeout(resolve, downMs));
      await up();
    },
    async stop() {
      await kill();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
