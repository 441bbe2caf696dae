import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { Failure } from '../failure.js';

/** A port of `host` that was free a moment ago. */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  return listenOnce(host, 0);
}

/** @throws Failure naming the port and, where known, its owner when the port cannot be taken. */
export async function assertPortFree(host: string, port: number): Promise<void> {
  try {
    await listenOnce(host, port);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') {
      const owner = portOwner(port);
      throw new Failure(`port ${port} is taken${owner ? ` by ${owner}` : ''}: choose another with --port`);
    }
    if (code === 'EACCES') throw new Failure(`port ${port} is reserved to root: choose one above 1023 with --port`);
    throw new Failure(`cannot listen on ${host}:${port} (${message}): choose another with --port or OHMLIGHT_HOST`);
  }
}

function listenOnce(host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, host, () => {
      const { port: taken } = server.address() as AddressInfo;
      server.close(() => resolve(taken));
    });
  });
}

/** The process that listens on a TCP port, from /proc; undefined where that cannot be read. */
function portOwner(port: number): string | undefined {
  try {
    const inodes = new Set(['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) => listeners(table, port)));
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name)))
      if (holdsSocket(pid, inodes)) return `${readFileSync(`/proc/${pid}/comm`, 'utf8').trim()} (pid ${pid})`;
  } catch {
    // no /proc here
  }
  return undefined;
}

function listeners(table: string, port: number): string[] {
  const LISTEN = '0A';
  return readFileSync(table, 'utf8')
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((field) => field[3] === LISTEN && Number.parseInt(field[1]!.split(':')[1]!, 16) === port)
    .map((field) => `socket:[${field[9]}]`);
}

function holdsSocket(pid: string, inodes: ReadonlySet<string>): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => {
      try {
        return inodes.has(readlinkSync(`/proc/${pid}/fd/${fd}`));
      } catch {
        return false;
      }
    });
  } catch {
    return false;
  }
}
