import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { processIdentity } from './identity.js';

export interface ProcessSpec {
  /** Name in messages, state and the log's file name. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** Added to this process's environment. */
  readonly env: Readonly<Record<string, string>>;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** How an exit reads in a message. */
export const describeExit = ({ code, signal }: Exit): string =>
  signal ? `was ended by ${signal}` : `exited with code ${code}`;

/**
 * One child process. It leads a session of its own, so that Ctrl-C in the terminal reaches the
 * supervisor alone, which then stops its children in order.
 */
export class SupervisedProcess {
  readonly pid: number;
  readonly identity: string;
  /** Unix milliseconds. */
  readonly startedAt = Date.now();
  /** Resolves when the process has ended. */
  readonly exited: Promise<Exit>;
  #exit: Exit | undefined;

  private constructor(
    readonly spec: ProcessSpec,
    child: ChildProcess,
  ) {
    this.pid = child.pid!;
    this.identity = processIdentity(this.pid) ?? '';
    // A signal that could not be delivered: the exit tells the rest.
    child.on('error', () => {});
    this.exited = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        this.#exit = { code, signal };
        resolve(this.#exit);
      });
    });
  }

  /**
   * Starts the process; its output goes to the end of `logFile`.
   * @throws Error when the command cannot be executed.
   */
  static async start(spec: ProcessSpec, logFile: string): Promise<SupervisedProcess> {
    const log = openSync(logFile, 'a');
    try {
      const child = spawn(spec.command, [...spec.args], {
        cwd: spec.cwd,
        env: { ...process.env, ...spec.env },
        detached: true,
        stdio: ['ignore', log, log],
      });
      if (child.pid === undefined)
        await new Promise((_, reject) => {
          child.once('error', reject);
        });
      return new SupervisedProcess(spec, child);
    } finally {
      closeSync(log);
    }
  }

  get exit(): Exit | undefined {
    return this.#exit;
  }

  /** Asks the process to end, and after `deadlineMs` ends it. Returns whether it went by itself. */
  async stop(deadlineMs: number): Promise<boolean> {
    if (this.#exit) return true;
    this.#signal('SIGTERM');
    const timer = new AbortController();
    const late = delay(deadlineMs, 'late' as const, { signal: timer.signal }).catch(() => 'late' as const);
    const first = await Promise.race([this.exited, late]);
    timer.abort();
    if (first !== 'late') return true;
    this.kill();
    await this.exited;
    return false;
  }

  /** Ends the process and whatever it started, at once. */
  kill(): void {
    if (!this.#exit) this.#signal('SIGKILL', -this.pid);
  }

  #signal(signal: NodeJS.Signals, target = this.pid): void {
    try {
      process.kill(target, signal);
    } catch {
      // it has just ended
    }
  }
}
