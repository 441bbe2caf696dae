import { readFileSync } from 'node:fs';

/** Most of a log that is read back. */
const TAIL_BYTES = 64 * 1024;

/** The last `count` lines of a log, readable: a JSON line becomes its message. */
export function lastLines(file: string, count: number): string[] {
  return readTail(file).slice(-count).map(readable);
}

/**
 * Why a process ended, in its own words: the plain lines it wrote (a service that refuses to start
 * says so in plain text) without its own `name` before them, else its last logged error, else undefined.
 */
export function ownError(file: string, name: string): string | undefined {
  const lines = readTail(file);
  const plain = lines
    .filter((line) => parse(line) === undefined && !isNoise(line))
    .map((line) => (line.startsWith(`${name}: `) ? line.slice(name.length + 2) : line));
  if (plain.length > 0) return plain.slice(-3).join('; ');
  const ERROR = 50;
  return lines
    .map(parse)
    .filter((entry) => entry !== undefined && Number(entry['level']) >= ERROR)
    .map((entry) => messageOf(entry!))
    .at(-1);
}

function readTail(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').slice(-TAIL_BYTES).split('\n').filter(Boolean);
  } catch {
    return [];
  }
}

/** Stack frames, carets and the banner that Node prints around an uncaught error. */
function isNoise(line: string): boolean {
  return /^\s+at |^Node\.js v|^\s*\^+$|^file:\/\/|^node:|^\s*[{}]|^\s{2,}\w+: /.test(line) || line.trim() === '';
}

function parse(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

function messageOf(entry: Record<string, unknown>): string {
  const error = entry['err'] as { message?: string } | undefined;
  return [entry['msg'], error?.message].filter((part) => typeof part === 'string' && part !== '').join(': ');
}

function readable(line: string): string {
  const entry = parse(line);
  return entry ? messageOf(entry) || line : line;
}
