import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readlinkSync } from 'node:fs';

const LINUX = existsSync('/proc/self/stat');

/**
 * What tells a process from a later one with the same pid: when it started and what it executes.
 * Undefined when no such process lives (a zombie does not).
 */
export function processIdentity(pid: number): string | undefined {
  return LINUX ? fromProc(pid) : fromPs(pid);
}

function fromProc(pid: number): string | undefined {
  try {
    // Fields follow the command in parentheses, which may itself hold spaces and parentheses.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, startTicks] = [fields[0]!, fields[19]!];
    if (state === 'Z' || state === 'X') return undefined;
    return `${startTicks} ${executable(pid)}`;
  } catch {
    return undefined;
  }
}

function executable(pid: number): string {
  try {
    // A binary replaced by a new installation reads as "<path> (deleted)".
    return readlinkSync(`/proc/${pid}/exe`).replace(/ \(deleted\)$/, '');
  } catch {
    return '';
  }
}

function fromPs(pid: number): string | undefined {
  try {
    const line = execFileSync('ps', ['-o', 'state=,lstart=,comm=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    const [state, ...rest] = line.split(/\s+/);
    return !state || state.startsWith('Z') ? undefined : rest.join(' ');
  } catch {
    return undefined;
  }
}

/** Whether the recorded process still lives. */
export function lives(recorded: { readonly pid: number; readonly identity: string }): boolean {
  return processIdentity(recorded.pid) === recorded.identity;
}
