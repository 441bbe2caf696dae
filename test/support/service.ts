import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** A service as its own process, built before. */
export interface TestService {
  readonly pid: number;
  /** What it wrote on standard error so far. */
  log(): string;
  /** SIGKILL: no word to anybody. */
  kill(): Promise<void>;
  /** SIGTERM; resolves to the exit code. */
  stop(): Promise<number | null>;
}

export function startService(
  name: 'gateway' | 'dispatcher' | 'analog-crossbar' | 'optical-core' | 'digital-pool',
  env: Record<string, string>,
): TestService {
  const child: ChildProcess = spawn(process.execPath, [`services/${name}/dist/main.js`], {
    env: { PATH: process.env['PATH'] ?? '', OHMLIGHT_LOG_LEVEL: 'warn', ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  child.stderr!.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const exited = once(child, 'exit');
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill(signal);
      await exited;
    }
    return child.exitCode;
  };
  return {
    pid: child.pid!,
    log: () => log,
    async kill() {
      await end('SIGKILL');
    },
    stop: () => end('SIGTERM'),
  };
}
