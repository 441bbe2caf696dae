import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { ROOT } from '../../paths.js';
import { Unavailable } from './environment.js';
import { PeerProcess } from './process.js';

const directory = mkdtempSync(join(tmpdir(), 'ohmlight-peers-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** An interpreter that serves a peer of its own, whatever program it is given. */
function interpreter(name: string, body: string): string {
  const path = join(directory, name);
  const peers = JSON.stringify(join(ROOT, 'cli', 'peers'));
  writeFileSync(path, `#!/usr/bin/env python3\nimport sys\nsys.path.insert(0, ${peers})\n${body}\n`, { mode: 0o755 });
  return path;
}

const counting = `
from serve import serve
calls = []
def load(rows, k, n, kernel):
    print("a library that prints")
    return (lambda: calls.append(1)), f"{kernel} {rows}x{k}x{n} after {len(calls)} calls"
serve("counting 1.0", load)`;

const SHAPE = { rows: 2, k: 3, n: 4, tileRows: 3 };

describe('a peer', () => {
  let peer: PeerProcess | undefined;
  afterEach(() => peer?.close());

  it('says its version, prepares subjects and calls them', async () => {
    peer = await PeerProcess.start(interpreter('counting', counting), 'openblas');
    expect(peer.version).toBe('counting 1.0');
    expect(await peer.load('a', SHAPE, 'openblas')).toBe('openblas 2x3x4 after 0 calls');
    expect(await peer.run('a', 10)).toBeGreaterThan(0);
    // Half as many to warm up.
    expect(await peer.load('b', SHAPE, 'f32')).toBe('f32 2x3x4 after 15 calls');
  });

  it('answers a request that fails, and goes on', async () => {
    peer = await PeerProcess.start(interpreter('counting', counting), 'openblas');
    await expect(peer.run('unknown', 1)).rejects.toThrow(Unavailable);
    expect(await peer.load('a', SHAPE, 'openblas')).toContain('2x3x4');
  });

  it('that does not start is unavailable, with its last words', async () => {
    const start = PeerProcess.start(interpreter('broken', 'import no_such_library'), 'aihwkit');
    await expect(start).rejects.toThrow("its process ended: ModuleNotFoundError: No module named 'no_such_library'");
  });
});
