import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../cli/src/paths.js';
import { CHECKPOINT } from './stack.js';

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningCommand {
  readonly pid: number;
  readonly exited: Promise<Outcome>;
  stdout(): string;
  signal(name: NodeJS.Signals): void;
}

/** The `ohmlight` command with a run directory of its own. */
export class OhmlightCommand {
  readonly directory = mkdtempSync(join(tmpdir(), 'ohmlight-command-'));
  readonly runDirectory = join(this.directory, 'run');

  start(args: readonly string[], env: Record<string, string> = {}): RunningCommand {
    const { REDIS_URL: _, ...inherited } = process.env;
    const child = spawn(process.execPath, [join(ROOT, 'cli', 'bin', 'ohmlight.js'), ...args], {
      cwd: this.directory,
      env: {
        ...inherited,
        OHMLIGHT_RUN_DIRECTORY: this.runDirectory,
        OHMLIGHT_CHECKPOINTS: `nano=${CHECKPOINT}`,
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    return {
      pid: child.pid!,
      exited: new Promise((resolve) => {
        child.once('close', (code) => resolve({ code, stdout, stderr }));
      }),
      stdout: () => stdout,
      signal: (name) => void child.kill(name),
    };
  }

  run(args: readonly string[], env?: Record<string, string>): Promise<Outcome> {
    return this.start(args, env).exited;
  }

  remove(): void {
    rmSync(this.directory, { recursive: true });
  }
}
