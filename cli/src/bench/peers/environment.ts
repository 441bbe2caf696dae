import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statfsSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { PeerName } from '../options.js';

/** What a peer is installed from. pip's own configuration applies: index, proxy, cache. */
interface Requirements {
  readonly packages: readonly string[];
  /** Installed without what it declares to need: the rest of it is for building and examples. */
  readonly alone: readonly string[];
  /** Free room that the installation asks for. */
  readonly gigabytes: number;
  readonly size: string;
}

/** aihwkit's binary holds to the torch that it was built with: older ones lack symbols, newer ones are refused. */
const REQUIREMENTS: Record<PeerName, Requirements> = {
  openblas: { packages: ['numpy==2.4.6'], alone: [], gigabytes: 0.3, size: 'about 0.1 GB' },
  aihwkit: {
    packages: [
      'numpy==2.4.6',
      'torch==2.11.0',
      'scipy==1.17.1',
      'requests==2.34.2',
      'tqdm==4.70.1',
      'protobuf==7.36.2',
    ],
    alone: ['aihwkit==1.1.0'],
    gigabytes: 12,
    size: 'up to 7 GB with a CUDA build of torch, and minutes',
  },
};

/** As mkdtemp names it. An installation that has made nothing new in its directory for so long is not under way. */
const UNFINISHED = /-[0-9a-f]{8}-\w{6}$/;
const LEFTOVER_MS = 3_600_000;

/** A peer that cannot be had: why, and what helps. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
  constructor(
    readonly reason: string,
    readonly remedy: string,
  ) {
    super(`${reason}; ${remedy}`);
  }
}

/** Where environments live: kept between runs, safe to remove. */
export const peersDirectory = (): string =>
  join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'ohmlight', 'bench');

/**
 * The Python of a peer's virtual environment, which the first call makes.
 * @throws Unavailable when Python or a package cannot be had.
 */
export async function peerPython(peer: PeerName, python: string, say: (progress: string) => void): Promise<string> {
  const requirements = REQUIREMENTS[peer];
  const version = await pythonVersion(python);
  const key = createHash('sha256')
    .update(JSON.stringify([requirements, version]))
    .digest('hex')
    .slice(0, 8);
  const directory = join(peersDirectory(), `${peer}-${key}`);
  if (existsSync(directory)) return pythonIn(directory);
  say(`installing ${peer} into a virtual environment of its own (${requirements.size}); --no-peers does without`);
  mkdirSync(peersDirectory(), { recursive: true });
  removeLeftovers();
  checkRoom(requirements);
  // It gets its name when it is complete: neither an interrupted run nor one beside this one leaves half of it.
  const unfinished = mkdtempSync(`${directory}-`);
  try {
    await step(python, ['-m', 'venv', unfinished], say, 'install the venv module of Python, or use --no-peers');
    const remedy = `see that pip reaches a package index with wheels for Python ${version}, or use --no-peers`;
    const install = ['-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', '--only-binary', ':all:'];
    await step(pythonIn(unfinished), [...install, ...requirements.packages], say, remedy);
    if (requirements.alone.length > 0)
      await step(pythonIn(unfinished), [...install, '--no-deps', ...requirements.alone], say, remedy);
    try {
      renameSync(unfinished, directory);
    } catch (error) {
      if (!existsSync(directory)) throw error;
    }
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return pythonIn(directory);
}

const pythonIn = (directory: string): string => join(directory, 'bin', 'python3');

/** What interrupted runs left unfinished. */
function removeLeftovers(): void {
  for (const name of readdirSync(peersDirectory())) {
    const path = join(peersDirectory(), name);
    if (UNFINISHED.test(name) && Date.now() - statSync(path).mtimeMs > LEFTOVER_MS)
      rmSync(path, { recursive: true, force: true });
  }
}

function checkRoom({ gigabytes }: Requirements): void {
  const { bavail, bsize } = statfsSync(peersDirectory());
  const free = (bavail * bsize) / 1e9;
  if (free < gigabytes)
    throw new Unavailable(
      `${peersDirectory()} has ${free.toFixed(1)} GB free, ${gigabytes} GB are needed`,
      'make room, or set XDG_CACHE_HOME to a larger disk',
    );
}

async function pythonVersion(python: string): Promise<string> {
  const code = 'import sys; print("%d.%d" % sys.version_info[:2])';
  let version = '';
  await step(python, ['-c', code], (line) => (version = line), 'install Python 3.11 or name one with --python');
  return version;
}

/** How much of what a process says is kept, for its last line. */
export const LAST_CHARACTERS = 4_000;
export const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1)!.trim();

/** Runs a command, telling its lines; resolves when it has succeeded. */
function step(command: string, args: readonly string[], say: (line: string) => void, remedy: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const line = lastLine(text);
      if (line) say(line);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-LAST_CHARACTERS);
    });
    child.on('error', (error: NodeJS.ErrnoException) =>
      reject(new Unavailable(error.code === 'ENOENT' ? `there is no ${command}` : error.message, remedy)),
    );
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new Unavailable(lastLine(said) || `${command} ended with ${code}`, remedy));
    });
  });
}
