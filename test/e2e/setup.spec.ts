import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ROOT } from '../../cli/src/paths.js';

// The set-up script in a working copy of its own, on a PATH that holds only stand-ins, each of which notes its call.

let root: string;
let bin: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ohmlight-setup-'));
  bin = join(root, 'machine-bin');
  write('package.json', JSON.stringify({ workspaces: ['libs/*'], scripts: { build: 'tsc -b' } }));
  write('package-lock.json', JSON.stringify({ packages: { 'node_modules/a': { version: '1.0.0' } } }));
  write('tsconfig.json', '{}');
  write('tsconfig.base.json', '{}');
  write('libs/x/package.json', '{}');
  write('libs/x/tsconfig.json', '{}');
  write('libs/x/src/x.ts', 'export {};');
  mkdirSync(join(root, 'scripts'));
  copyFileSync(join(ROOT, 'scripts', 'setup.mjs'), join(root, 'scripts', 'setup.mjs'));
  // What `npm ci` and the build leave behind.
  tool(
    'npm',
    `if [ "$1" = ci ]; then
       mkdir -p node_modules/a node_modules/node node_modules/.bin
       echo '{}' > node_modules/a/package.json
       echo '{"version":"${process.versions.node}"}' > node_modules/node/package.json
       ln -s '${process.execPath}' node_modules/.bin/node
       echo '{"packages":{"node_modules/a":{"version":"1.0.0"}}}' > node_modules/.package-lock.json
     else mkdir -p libs/x/dist && touch libs/x/dist/.tsbuildinfo; fi`,
  );
  tool('redis-server', '');
});
afterEach(() => rmSync(root, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

function tool(name: string, script: string): void {
  write(join('machine-bin', name), `#!/bin/sh\necho "${name} $*" >> '${join(root, 'calls')}'\n${script}\n`);
  chmodSync(join(bin, name), 0o755);
}

/** Runs set-up from another directory; tells what it printed and what it called. */
function setUp(args: readonly string[] = [], env: Record<string, string> = {}) {
  rmSync(join(root, 'calls'), { force: true });
  for (const name of ['sh', 'mkdir', 'echo', 'ln', 'touch', 'env', 'cp', 'chmod'])
    if (!existsSync(join(bin, name))) symlinkSync(join('/bin', name), join(bin, name));
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'scripts', 'setup.mjs'), ...args], {
    cwd: tmpdir(),
    encoding: 'utf8',
    env: { PATH: bin, ...env },
  });
  const calls = existsSync(join(root, 'calls')) ? readFileSync(join(root, 'calls'), 'utf8').trim().split('\n') : [];
  return { status, stdout, stderr, calls };
}

const SILENT = { status: 0, stdout: '', stderr: '', calls: [] };

describe('set-up', () => {
  it('installs and builds once, then has nothing to do', () => {
    const first = setUp();
    expect(first).toMatchObject({ status: 0, stderr: '' });
    expect(first.calls).toEqual(['npm ci --include=dev --no-audit --no-fund', 'npm run --silent build']);
    expect(setUp()).toEqual(SILENT);
  });

  it('builds again when a source changes, appears, or its output is gone; not for a spec', () => {
    setUp();
    write('libs/x/src/x.spec.ts', 'export {};');
    expect(setUp()).toEqual(SILENT);
    write('libs/x/src/y.ts', 'export {};');
    expect(setUp().calls).toEqual(['npm run --silent build']);
    write('libs/x/src/x.ts', 'export const x = 1;');
    expect(setUp().calls).toEqual(['npm run --silent build']);
    rmSync(join(root, 'libs/x/dist'), { recursive: true });
    expect(setUp().calls).toEqual(['npm run --silent build']);
    expect(setUp()).toEqual(SILENT);
  });

  it('installs again when the lock changes, but not over a tree that already fits it', () => {
    setUp();
    write('package-lock.json', JSON.stringify({ packages: { 'node_modules/a': { version: '2.0.0' } } }));
    expect(setUp().calls[0]).toMatch(/^npm ci /);
    write('node_modules/.package-lock.json', JSON.stringify({ packages: { 'node_modules/a': { version: '2.0.0' } } }));
    rmSync(join(root, 'node_modules/.ohmlight'), { recursive: true });
    expect(setUp().calls).toEqual(['npm run --silent build']);
  });

  it("shows a failed step's command, its last lines and the remedy", () => {
    tool('npm', 'echo "npm error ENOTFOUND the.registry" >&2; exit 7');
    const { status, stderr } = setUp();
    expect(status).toBe(1);
    expect(stderr).toBe(
      'setup: `npm ci --include=dev --no-audit --no-fund` failed (exit 7):\n' +
        '  npm error ENOTFOUND the.registry\n' +
        'Check the network and the npm registry (`npm ping`), then run this again.\n',
    );
  });
});

describe('set-up without a Redis', () => {
  beforeEach(() => {
    setUp();
    rmSync(join(bin, 'redis-server'));
  });

  it('is content with REDIS_URL, or with Valkey', () => {
    expect(setUp([], { REDIS_URL: 'redis://there:1' })).toEqual(SILENT);
    tool('valkey-server', '');
    expect(setUp()).toEqual(SILENT);
  });

  it('installs one with apt-get, with new package lists where the old ones do not do', () => {
    tool('sudo', 'shift; exec "$@"');
    tool(
      'apt-get',
      `case "$*" in
         *update*) touch '${root}/lists';;
         *install*redis-server*) [ -e '${root}/lists' ] || exit 100; touch '${bin}/redis-server'; chmod +x '${bin}/redis-server';;
         *) exit 100;;
       esac`,
    );
    const { status, calls } = setUp();
    expect(status).toBe(0);
    const verbs = calls.filter((call) => call.startsWith('apt-get')).map((call) => call.replace(/^.*Timeout=120 /, ''));
    expect(verbs).toEqual([
      'install -y --no-install-recommends redis-server',
      'install -y --no-install-recommends valkey-server',
      'update',
      'install -y --no-install-recommends redis-server',
    ]);
    expect(setUp()).toEqual(SILENT);
  });

  it('says what to type elsewhere', () => {
    expect(setUp()).toMatchObject({
      status: 1,
      stderr:
        'setup: No redis-server or valkey-server on PATH: install Redis 7 or Valkey 8, or set REDIS_URL, then run this again.\n',
    });
    tool('brew', '');
    expect(setUp().stderr).toContain('type `brew install redis`, or set REDIS_URL');
  });
});
