// Set-up of a working copy: dependencies, the pinned Node, the build and a Redis. `npm start` and
// `npm test` run it first; with --test it brings what only the tests need. It uses nothing but Node 20 and
// npm, and prints nothing when all is fresh.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  accessSync,
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, 'node_modules');
const stampFile = join(modules, '.ohmlight', 'setup.json');

/** A failed step: what went wrong, the command's last lines, and what to do. */
class SetupError extends Error {}

const say = (text) => process.stdout.write(`setup: ${text}\n`);
const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));
const sha256 = (text) => createHash('sha256').update(text).digest('hex');
const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

/** PATH without this copy's own node_modules: what the machine itself offers. */
const machinePath = (process.env.PATH ?? '')
  .split(delimiter)
  .filter((entry) => !entry.startsWith(modules))
  .join(delimiter);
/** PATH on which `node` is the pinned one. */
const pinnedPath = [join(modules, '.bin'), machinePath].join(delimiter);

function onPath(name, path = machinePath) {
  for (const directory of path.split(delimiter)) {
    if (!directory) continue;
    const file = join(directory, name);
    try {
      accessSync(file, constants.X_OK);
      if (statSync(file).isFile()) return file;
    } catch {
      // not here
    }
  }
  return undefined;
}

/** Runs a command quietly; on failure throws with its last lines and the remedy. */
function run(command, args, { remedy, env = {}, cwd = root }) {
  const result = spawnSync(command, args, {
    cwd,
    env: { ...process.env, PATH: machinePath, ...env },
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (result.status === 0) return;
  const output = `${result.stdout ?? ''}\n${result.stderr ?? ''}${result.error ? `\n${result.error.message}` : ''}`;
  const lines = output
    .split('\n')
    .map((line) => line.trimEnd())
    .filter(Boolean)
    .slice(-15);
  const end = result.signal ? `was ended by ${result.signal}` : `failed (exit ${result.status ?? 'none'})`;
  throw new SetupError(
    [`\`${[command, ...args].join(' ')}\` ${end}:`, ...lines.map((line) => `  ${line}`), remedy].join('\n'),
  );
}

const readStamp = () => {
  try {
    return readJson(stampFile);
  } catch {
    return {};
  }
};

function writeStamp(stamp) {
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, JSON.stringify(stamp));
}

/** Whether node_modules already holds what the lock asks for, as npm's own record of the tree tells. */
function treeMatchesLock(lock) {
  const recordFile = join(modules, '.package-lock.json');
  if (!existsSync(recordFile)) return false;
  const installed = readJson(recordFile).packages ?? {};
  for (const [path, wanted] of Object.entries(lock.packages ?? {})) {
    if (!path.startsWith('node_modules/') && !path.includes('/node_modules/')) continue;
    const found = installed[path];
    if (!found) {
      if (wanted.optional) continue;
      return false;
    }
    if (found.version !== wanted.version || found.resolved !== wanted.resolved) return false;
    if (!existsSync(join(root, path, 'package.json'))) return false;
  }
  return true;
}

/** Installs the locked dependencies. */
function dependencies(stamp) {
  const lockFile = join(root, 'package-lock.json');
  const hash = sha256(readFileSync(lockFile));
  if (stamp.lock === hash && existsSync(join(modules, '.package-lock.json'))) return stamp;
  if (!treeMatchesLock(readJson(lockFile))) {
    const since = performance.now();
    say('installing the locked dependencies (npm ci) …');
    run('npm', ['ci', '--include=dev', '--no-audit', '--no-fund'], {
      remedy: 'Check the network and the npm registry (`npm ping`), then run this again.',
    });
    say(`dependencies installed in ${seconds(since)}`);
  }
  return { lock: hash };
}

/** Makes sure that node_modules/.bin/node is the pinned Node. */
function runtime(stamp) {
  const binary = join(modules, '.bin', 'node');
  const version = readJson(join(modules, 'node', 'package.json')).version;
  if (stamp.node === version && existsSync(binary)) return stamp;
  const answers = () =>
    existsSync(binary) && spawnSync(binary, ['-v'], { encoding: 'utf8' }).stdout?.trim() === `v${version}`;
  if (!answers()) {
    // npm skips install scripts when told to (ignore-scripts, or npm 11 without consent): run this one by hand.
    say(`fetching Node ${version} …`);
    const nodePackage = join(modules, 'node');
    run(process.execPath, ['installArchSpecificPackage.js'], {
      cwd: nodePackage,
      remedy: `The \`node\` package could not fetch Node ${version}: check the npm registry, or run \`npm rebuild node\`.`,
    });
    if (!answers())
      throw new SetupError(
        `node_modules/.bin/node is not Node ${version}: remove node_modules and run \`npm start\` again.`,
      );
  }
  return { ...stamp, node: version };
}

/** Directories of the workspaces: `libs/*` means each folder with a package.json below libs. */
function workspaces() {
  return readJson(join(root, 'package.json')).workspaces.flatMap((pattern) => {
    if (!pattern.endsWith('/*')) return [join(root, pattern)];
    const parent = join(root, pattern.slice(0, -2));
    if (!existsSync(parent)) return [];
    return readdirSync(parent)
      .map((name) => join(parent, name))
      .filter((directory) => existsSync(join(directory, 'package.json')));
  });
}

function* sourceFiles(directory) {
  const entries = readdirSync(directory, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    if (entry.name === 'dist' || entry.name === 'node_modules' || entry.name.startsWith('.')) continue;
    const path = join(directory, entry.name);
    if (entry.isDirectory()) yield* sourceFiles(path);
    else if (!entry.name.endsWith('.spec.ts')) yield path;
  }
}

/** Builds when a source, a configuration or the compiler changed since the last build. */
function build(stamp) {
  const packages = workspaces();
  const files = [
    ...packages.flatMap((directory) => [...sourceFiles(directory)]),
    ...['package.json', 'tsconfig.json', 'tsconfig.base.json'].map((name) => join(root, name)),
  ];
  const listing = files.map((file) => {
    const { size, mtimeMs } = statSync(file);
    return `${relative(root, file).split(sep).join('/')} ${size} ${mtimeMs}`;
  });
  const sources = sha256([stamp.lock, ...listing].join('\n'));
  const built = packages
    .filter((directory) => existsSync(join(directory, 'tsconfig.json')))
    .every((directory) => existsSync(join(directory, 'dist', '.tsbuildinfo')));
  if (stamp.sources === sources && built) return stamp;
  const since = performance.now();
  say('building …');
  run('npm', ['run', '--silent', 'build'], {
    env: { PATH: pinnedPath },
    remedy: 'Mend the errors above, then run this again.',
  });
  say(`built in ${seconds(since)}`);
  return { ...stamp, sources };
}

const isRoot = process.getuid?.() === 0;
const privileged = (command) => (isRoot ? command : ['sudo', '-n', ...command]);
const mayInstall = () => isRoot || spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0;

function apt(args, remedy) {
  const quiet = ['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-q', '-o', 'DPkg::Lock::Timeout=120'];
  const [command, ...rest] = privileged([...quiet, ...args]);
  run(command, rest, { remedy });
}

/** Tries with the package lists as they are, then once more with new ones: a bare machine has none. */
function withFreshLists(attempt, remedy) {
  try {
    attempt();
  } catch {
    say('refreshing the package lists (apt-get update) …');
    apt(['update'], remedy);
    attempt();
  }
}

/** What installs a Redis where apt-get does not. */
const REDIS_HINTS = [
  ['brew', 'brew install redis'],
  ['dnf', 'sudo dnf install valkey'],
  ['pacman', 'sudo pacman -S valkey'],
  ['apk', 'sudo apk add redis'],
  ['zypper', 'sudo zypper install redis'],
];

/** Makes sure that a Redis server can be started, unless REDIS_URL names a running one. */
function redis() {
  if (process.env.REDIS_URL) return;
  const found = () => onPath('redis-server') ?? onPath('valkey-server');
  if (found()) return;
  const missing = 'No redis-server or valkey-server on PATH';
  if (!onPath('apt-get')) {
    const hint = REDIS_HINTS.find(([tool]) => onPath(tool))?.[1];
    throw new SetupError(
      `${missing}: ${hint ? `type \`${hint}\`` : 'install Redis 7 or Valkey 8'}, or set REDIS_URL, then run this again.`,
    );
  }
  const remedy =
    'Type `sudo apt-get update && sudo apt-get install redis-server`, or set REDIS_URL, then run this again.';
  if (!mayInstall()) throw new SetupError(`${missing}, and sudo asks for a password. ${remedy}`);

  const since = performance.now();
  const install = () => {
    try {
      apt(['install', '-y', '--no-install-recommends', 'redis-server'], remedy);
    } catch (error) {
      try {
        apt(['install', '-y', '--no-install-recommends', 'valkey-server'], remedy);
      } catch {
        throw error;
      }
    }
  };
  say('installing redis-server (apt-get) …');
  withFreshLists(install, remedy);
  // The package enables a system-wide server; Ohmlight starts a private one and leaves the machine as it was.
  if (existsSync('/run/systemd/system')) {
    const service = onPath('redis-server') ? 'redis-server' : 'valkey-server';
    const command = privileged(['systemctl', 'disable', '--now', '--quiet', service]);
    if (spawnSync(command[0], command.slice(1), { stdio: 'ignore' }).status === 0)
      say(`stopped the system service ${service} that the package brought: Ohmlight starts its own`);
  }
  if (!found()) throw new SetupError(`${missing} after the installation. ${remedy}`);
  say(`Redis installed in ${seconds(since)}`);
}

/**
 * Puts promtool, which checks the Prometheus rules in the tests, beside the pinned Node: taken out of
 * the distribution's package, so that no Prometheus is installed or started.
 */
function promtool() {
  if (onPath('promtool', pinnedPath)) return;
  const missing = 'No promtool on PATH, which the tests of deploy/prometheus need';
  const remedy = 'Install Prometheus (its promtool is needed), then run this again.';
  if (!onPath('apt-get') || !onPath('dpkg-deb')) throw new SetupError(`${missing}. ${remedy}`);
  const since = performance.now();
  say('fetching promtool (apt-get download prometheus) …');
  const directory = mkdtempSync(join(tmpdir(), 'ohmlight-promtool-'));
  try {
    const download = () => run('apt-get', ['-q', 'download', 'prometheus'], { cwd: directory, remedy });
    if (mayInstall()) withFreshLists(download, remedy);
    else download();
    const [archive] = readdirSync(directory).filter((name) => name.endsWith('.deb'));
    run('dpkg-deb', ['-x', archive, 'unpacked'], { cwd: directory, remedy });
    copyFileSync(join(directory, 'unpacked', 'usr', 'bin', 'promtool'), join(modules, '.bin', 'promtool'));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
  say(`promtool fetched in ${seconds(since)}`);
}

if (Number(process.versions.node.split('.')[0]) < 20) {
  process.stderr.write(
    `setup: Node ${process.versions.node} is too old: install Node 20 or later (https://nodejs.org)\n`,
  );
  process.exit(1);
}
try {
  const before = readStamp();
  let stamp = dependencies(before);
  stamp = runtime(stamp);
  writeStamp(stamp);
  stamp = build(stamp);
  if (JSON.stringify(stamp) !== JSON.stringify(before)) writeStamp(stamp);
  redis();
  if (process.argv.includes('--test')) promtool();
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`setup: ${error.message}\n`);
  process.exit(1);
}
