import { setTimeout as delay } from 'node:timers/promises';
import { lastLines } from './log-tail.js';
import { describeExit, type Exit, type ProcessSpec, SupervisedProcess } from './process.js';
import { RestartPolicy } from './restart-policy.js';

export interface MemberEvents {
  /** A start or a restart: the process is another one now. */
  readonly changed: () => void;
  /** A line for the user. */
  readonly notice: (line: string) => void;
  /** It ended by itself before the whole was ready. */
  readonly failedToStart: (member: Member, exit: Exit) => void;
}

/** A process that is kept up: ended by itself, it is started again a few times, then given up. */
export class Member {
  restarts = 0;
  givenUp: string | undefined;
  #process: SupervisedProcess;
  readonly #policy: RestartPolicy;
  readonly #stopping = new AbortController();
  #booting = true;

  private constructor(
    readonly spec: ProcessSpec,
    readonly logFile: string,
    readonly events: MemberEvents,
    policy: RestartPolicy,
    process: SupervisedProcess,
  ) {
    this.#policy = policy;
    this.#process = process;
    this.#watch();
  }

  /** Starts a process, or adopts one that is already `started`. */
  static async start(
    spec: ProcessSpec,
    logFile: string,
    events: MemberEvents,
    policy: RestartPolicy,
    started?: SupervisedProcess,
  ): Promise<Member> {
    return new Member(spec, logFile, events, policy, started ?? (await SupervisedProcess.start(spec, logFile)));
  }

  get process(): SupervisedProcess {
    return this.#process;
  }

  /** From now on an end is answered by a restart. */
  booted(): void {
    this.#booting = false;
  }

  #watch(): void {
    void this.#process.exited.then((exit) => this.#ended(exit));
  }

  async #ended(exit: Exit): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    if (this.#booting) return this.events.failedToStart(this, exit);
    const { name } = this.spec;
    const what = `${name} (pid ${this.#process.pid}) ${describeExit(exit)}`;
    const next = this.#policy.next(Date.now() - this.#process.startedAt);
    for (const line of lastLines(this.logFile, 3)) this.events.notice(`  ${name}: ${line}`);
    if (!next) {
      this.givenUp = describeExit(exit);
      this.events.notice(`${what}; it stays down: \`npx ohmlight down\`, mend the cause, start again`);
      this.events.changed();
      return;
    }
    this.events.notice(`${what}; starting it again in ${next.waitMs / 1000} s (${next.attempt} of ${next.of})`);
    try {
      await delay(next.waitMs, undefined, { signal: this.#stopping.signal });
    } catch {
      return;
    }
    this.restarts++;
    this.#process = await SupervisedProcess.start(this.spec, this.logFile);
    if (this.#stopping.signal.aborted) this.#process.kill();
    this.#watch();
    this.events.changed();
  }

  /** Ends the process; it is not started again. */
  async stop(deadlineMs: number): Promise<void> {
    this.#stopping.abort();
    const gentle = await this.#process.stop(deadlineMs);
    if (!gentle)
      this.events.notice(
        `${this.spec.name} (pid ${this.#process.pid}) did not stop in ${deadlineMs / 1000} s: ended it`,
      );
  }

  /** Ends the process at once, without waiting. */
  kill(): void {
    this.#stopping.abort();
    this.#process.kill();
  }
}
