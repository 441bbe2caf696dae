import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lastLines, ownError } from './log-tail.js';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'ohmlight-log-tail-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

function log(...lines: string[]): string {
  const file = join(directory, 'a.log');
  writeFileSync(file, lines.map((line) => `${line}\n`).join(''));
  return file;
}

describe('ownError', () => {
  it('prefers what the process wrote in plain text', () => {
    const file = log('{"level":50,"msg":"later"}', 'gateway: OHMLIGHT_PORT: too big', 'REDIS_URL: no address');
    expect(ownError(file, 'gateway')).toBe('OHMLIGHT_PORT: too big; REDIS_URL: no address');
  });

  it('leaves out the frame that Node prints around an uncaught error', () => {
    const file = log(
      'file:///a/b.js:12',
      '    ^',
      'TypeError: x is not a function',
      '    at y (file:///a/b.js:12:3)',
      'Node.js v24.9.0',
    );
    expect(ownError(file, 'gateway')).toBe('TypeError: x is not a function');
  });

  it('falls back to the last logged error with its cause', () => {
    const file = log('{"level":30,"msg":"hello"}', '{"level":50,"msg":"lost Redis","err":{"message":"ECONNRESET"}}');
    expect(ownError(file, 'gateway')).toBe('lost Redis: ECONNRESET');
  });

  it('tells nothing of a log without an error, or of none', () => {
    expect(ownError(log('{"level":30,"msg":"hello"}'), 'gateway')).toBeUndefined();
    expect(ownError(join(directory, 'missing.log'), 'gateway')).toBeUndefined();
  });
});

describe('lastLines', () => {
  it('reads JSON lines as their message', () => {
    expect(lastLines(log('{"level":30,"msg":"one"}', 'two', '{"level":30}'), 3)).toEqual([
      'one',
      'two',
      '{"level":30}',
    ]);
  });
});
