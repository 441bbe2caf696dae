import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkpointDigest, digestOf } from './digests.js';

describe('digestOf', () => {
  it('does not depend on the order of fields, and does on values, types and lengths', () => {
    expect(digestOf({ a: 1, b: [2n, 'x'] })).toBe(digestOf({ b: [2n, 'x'], a: 1 }));
    const others = [{ a: 2 }, { a: '1' }, { a: 1n }, { a: [1] }, { a: 1, b: undefined, c: null }, [1], 1, -0, 0, null];
    expect(new Set([{ a: 1 }, ...others].map(digestOf)).size).toBe(others.length + 1);
    expect(digestOf({ a: 1, b: undefined })).toBe(digestOf({ a: 1 }));
  });
});

describe('checkpointDigest', () => {
  it('follows contents and names of the files that answers depend on', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'ohmlight-digest-'));
    const write = async (name: string, text: string): Promise<string> => {
      writeFileSync(join(directory, name), text);
      return checkpointDigest(directory);
    };
    const first = await write('config.json', '{}');
    expect(await write('README.md', 'words')).toBe(first);
    const second = await write('model.safetensors', 'a');
    expect(second).not.toBe(first);
    expect(await write('model.safetensors', 'b')).not.toBe(second);
    expect(await write('model.safetensors', 'a')).toBe(second);
    rmSync(directory, { recursive: true });
  });
});
