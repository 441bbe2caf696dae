import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { ROOT } from '../../paths.js';
import type { PeerName } from '../options.js';
import type { Shape } from '../workload.js';
import { LAST_CHARACTERS, lastLine, Unavailable } from './environment.js';

const PROGRAMS: Record<PeerName, string> = { openblas: 'openblas.py', aihwkit: 'aihwkit_tile.py' };

/** Python lies beside src and dist, as TypeScript does not carry it over. */
const PEERS = join(ROOT, 'cli', 'peers');

/** One thread, whichever library a peer multiplies with. */
const ONE_THREAD = {
  OPENBLAS_NUM_THREADS: '1',
  OMP_NUM_THREADS: '1',
  MKL_NUM_THREADS: '1',
  CUDA_VISIBLE_DEVICES: '',
  PYTHONDONTWRITEBYTECODE: '1',
};

type Answer = Readonly<Record<string, unknown>>;

/** A peer's process, which stays open and answers one request after the other (peers/serve.py). */
export class PeerProcess {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: Interface;
  readonly #answers: AsyncIterator<string>;
  /** Once it has said its last. */
  readonly #ended: Promise<void>;
  #said = '';
  #version = '';

  private constructor(python: string, peer: PeerName) {
    this.#child = spawn(python, [join(PEERS, PROGRAMS[peer])], { env: { ...process.env, ...ONE_THREAD } });
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#said = (this.#said + text).slice(-LAST_CHARACTERS);
    });
    this.#ended = new Promise((resolve) => {
      this.#child.on('close', () => resolve());
      this.#child.on('error', (error) => {
        this.#said = error.message;
        resolve();
      });
    });
    this.#child.stdin.on('error', () => {});
    this.#lines = createInterface({ input: this.#child.stdout });
    this.#answers = this.#lines[Symbol.asyncIterator]();
  }

  /** @throws Unavailable when it does not start. */
  static async start(python: string, peer: PeerName): Promise<PeerProcess> {
    const process = new PeerProcess(python, peer);
    process.#version = String((await process.#answer())['version']);
    return process;
  }

  /** Libraries and their versions. */
  get version(): string {
    return this.#version;
  }

  /** Prepares a subject; resolves to what it calls. */
  async load(name: string, { rows, k, n }: Shape, kernel: string): Promise<string> {
    return String((await this.#ask({ load: name, rows, k, n, kernel }))['detail']);
  }

  /** Calls a subject half as often to warm up, and then `count` times; resolves to the seconds of the latter. */
  async run(name: string, count: number): Promise<number> {
    return Number((await this.#ask({ run: name, count }))['seconds']);
  }

  close(): void {
    this.#child.stdin.end();
    this.#lines.close();
  }

  #ask(request: object): Promise<Answer> {
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    return this.#answer();
  }

  async #answer(): Promise<Answer> {
    const { done, value } = await this.#answers.next();
    if (done) {
      await this.#ended;
      throw new Unavailable(`its process ended: ${lastLine(this.#said) || 'no reason given'}`, 'use --no-peers');
    }
    const answer = JSON.parse(value) as Answer;
    if ('error' in answer) throw new Unavailable(String(answer['error']), 'use --no-peers');
    return answer;
  }
}
