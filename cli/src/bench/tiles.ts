import { availableParallelism, cpus, loadavg } from 'node:os';
import { Failure } from '../failure.js';
import type { Terminal } from '../terminal.js';
import { checkKernels } from './check.js';
import { ourSubjects, type Paths, pathsHere } from './kernels.js';
import { measure } from './measure.js';
import type { TilesOptions } from './options.js';
import { Peers } from './peers/peers.js';
import { renderChecks, renderRows } from './report.js';
import { type BenchRow, rowsOf } from './rows.js';
import type { Shape } from './workload.js';

/** Where figures were taken. */
function machine() {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    platform: `${process.platform} ${process.arch}`,
    node: process.versions.node,
    v8: process.versions.v8,
    load_average: loadavg().map((load) => Number(load.toFixed(2))),
  };
}

/** `ohmlight bench tiles`. */
export async function benchTiles(options: TilesOptions, terminal: Terminal): Promise<void> {
  const paths = pathsHere();
  if (options.check) check(options, paths, terminal);
  else await benchmark(options, paths, terminal);
}

function check({ rows, matrices, threads, json }: TilesOptions, { offered }: Paths, terminal: Terminal): void {
  const checks = checkKernels(rows, matrices, offered, threads);
  if (json) terminal.line(JSON.stringify({ checks }, null, 2));
  else for (const line of renderChecks(checks, terminal.columns)) terminal.line(line);
  const wrong = checks.filter(({ different }) => different > 0).length;
  if (wrong > 0)
    throw new Failure(
      `${wrong} of ${checks.length} kernels differ from the reference: rebuild with \`npm run wasm\` and \`npm run build\`, then report it`,
    );
}

async function benchmark(options: TilesOptions, paths: Paths, terminal: Terminal): Promise<void> {
  // With --json standard output is the object alone.
  const say = options.json ? () => {} : (text: string) => terminal.status(text);
  const before = machine();
  const peers = await Peers.start(options.peers || [], options.python, say);
  const { versions } = peers;
  const rows: BenchRow[] = [];
  try {
    const shapes = options.matrices.flatMap((matrix) => options.rows.map((count) => ({ ...matrix, rows: count })));
    for (const [i, shape] of shapes.entries()) {
      const where = `${i + 1}/${shapes.length}: ${shape.rows} rows of ${shape.k}×${shape.n}`;
      rows.push(...(await benchShape(shape, options, paths, peers, (text) => say(`${where}, ${text}`))));
    }
  } finally {
    peers.close();
  }
  const result = {
    rows,
    machine: { ...before, load_average_after: machine().load_average },
    paths,
    peers: versions,
    missing: peers.missing,
  };
  if (options.json) terminal.line(JSON.stringify(result, null, 2));
  else print(result, terminal);
}

async function benchShape(
  shape: Shape,
  { threads, rounds }: TilesOptions,
  { offered }: Paths,
  peers: Peers,
  say: (text: string) => void,
): Promise<BenchRow[]> {
  say('preparing');
  const ours = [];
  try {
    for (const path of offered) for (const count of threads) ours.push(await ourSubjects(shape, path, count));
    const subjects = [...ours.flatMap(({ subjects }) => subjects), ...(await peers.subjects(shape))];
    return rowsOf(shape, await measure(subjects, rounds, (round) => say(`round ${round}/${rounds}`)));
  } finally {
    for (const each of ours) each.close();
  }
}

interface Result {
  readonly rows: readonly BenchRow[];
  readonly machine: ReturnType<typeof machine> & { readonly load_average_after: readonly number[] };
  readonly paths: Paths;
  readonly peers: Peers['versions'];
  readonly missing: Peers['missing'];
}

function print({ rows, machine, paths, peers, missing }: Result, terminal: Terminal): void {
  terminal.status('');
  const { cpu, cores, node, load_average: before, load_average_after: after } = machine;
  terminal.line(`${cpu}, ${cores} cores, Node ${node}; load average ${before[0]} before, ${after[0]} after`);
  for (const version of Object.values(peers)) terminal.line(version);
  if (!paths.offered.includes('wide'))
    terminal.line('path wide: not offered, this V8 has no 256-bit code for the kernels');
  else if (paths.chosen !== 'wide')
    terminal.line(
      `path wide: offered but not chosen, cores run ${paths.chosen} here (it failed its self-test or is no faster)`,
    );
  for (const { peer, reason, remedy } of missing) terminal.line(`no rows of ${peer}: ${reason}; ${remedy}`);
  terminal.line('');
  for (const line of renderRows(rows, terminal.columns)) terminal.line(line);
}
