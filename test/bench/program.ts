/**
 * Programming and executing a shard on one thread, for every device profile: the tables of docs/guides/benchmarks.md.
 * After a build:
 *
 *   OHMLIGHT_THREADS=1 node test/bench/program.ts [--side 4096] [--runs 5] [--only program|execute]
 *     [--pool electronic|optical] [profile …]
 *
 * `program` is the thread's CPU time of Device.program, and the wall's beside it: static draws, conductances, wires,
 * faults, and packing in the tile engine. Each run has an engine of its own: it touches its memory for the first time,
 * as a core that starts does, and no profile finds that of the one before it. `execute` is GOP/s (two operations a
 * multiplication) of 16 rows, `engine` the part of its time that the tile engine reads with the profile's own readout,
 * `plain` the GOP/s of the engine's own readout of a matrix of this size with 8 bit in and out, constant noise and tiles
 * of 256 × 256.
 */
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { emptyLedger, OPERATIONS, type RowBatch, type ShardSpec } from '../../libs/contracts/dist/index.js';
import { createDevice, type DeviceProfile, loadProfiles, type ProgrammedShard } from '../../libs/devices/dist/index.js';
import { createTileEngine, type TileEngine } from '../../libs/tile-engine/dist/index.js';
import { random } from '../../libs/tile-engine/testing/random.ts';

const { values, positionals } = parseArgs({
  options: {
    side: { type: 'string', default: '4096' },
    runs: { type: 'string', default: '5' },
    only: { type: 'string' },
    pool: { type: 'string' },
    json: { type: 'boolean' },
  },
  allowPositionals: true,
});
const SIDE = Number(values.side);
const RUNS = Number(values.runs);
const ROWS = 16;

const { devices } = loadProfiles(join(import.meta.dirname, '../../profiles'));
const inPool = [...devices.values()].filter(({ pool }) => values.pool === undefined || pool === values.pool);
const names = positionals.length > 0 ? positionals : inPool.map(({ name }) => name);
const engine = createTileEngine({ threads: 1 });
const draw = random(1);
const weights = Float32Array.from({ length: SIDE * SIDE }, () => draw.gaussian() * 0.02);
const batch: RowBatch = {
  rows: ROWS,
  x: Float32Array.from({ length: ROWS * SIDE }, () => draw.gaussian()),
  seeds: new BigUint64Array(ROWS).fill(7n),
  positions: Uint32Array.from({ length: ROWS }, (_, i) => i),
};
const OPERATIONS_PER_CALL = 2 * ROWS * SIDE * SIDE;

interface Seconds {
  /** Of this thread, so that what else the machine does counts little. */
  readonly cpu: number;
  readonly wall: number;
}

function secondsOf(run: () => void): Seconds {
  const from = performance.now();
  const start = process.threadCpuUsage();
  run();
  const { user, system } = process.threadCpuUsage(start);
  return { cpu: (user + system) / 1e6, wall: (performance.now() - from) / 1e3 };
}
const cpuSeconds = (run: () => void): number => secondsOf(run).cpu;
const median = (samples: readonly number[]): number => samples.toSorted((a, b) => a - b)[samples.length >> 1]!;
const times = (count: number, run: () => void): number[] => Array.from({ length: count }, () => cpuSeconds(run));
/** RUNS samples of the CPU seconds of a call, each of so many calls that the clock's 4 ms count little. */
function repeated(run: () => void): number[] {
  const calls = Math.max(1, Math.ceil(0.1 / Math.max(1e-4, cpuSeconds(run))));
  return times(RUNS, () => {
    for (let i = 0; i < calls; i++) run();
  }).map((seconds) => seconds / calls);
}

function engineRate(): number {
  const tiles = SIDE / 256;
  const matrix = engine.programTiles({
    k: SIDE,
    n: SIDE,
    tileRows: 256,
    weights,
    fullScale: new Float32Array(tiles * SIDE).fill(0.1),
    readout: {
      input: { bits: 8, scale: { kind: 'abs-max', clip: 1 } },
      noise: [{ kind: 'constant', coefficient: 0.04 }],
      shot: null,
      transfer: null,
      output: { bits: 8, coding: 'symmetric', range: { kind: 'fixed', range: 10 } },
    },
  });
  const read = () => engine.readTiles(matrix, batch, { layer: 0, operation: OPERATIONS[0]!, columnStart: 0 });
  read();
  const rate = OPERATIONS_PER_CALL / median(repeated(read)) / 1e9;
  matrix.release();
  return rate;
}

/** Wall seconds that the engine's readings took since `reset`. */
class ReadingTime {
  seconds = 0;

  reset(): void {
    this.seconds = 0;
  }

  /** The engine, its readings timed. */
  readonly engine: TileEngine = {
    path: engine.path,
    threads: engine.threads,
    programTiles: (program) => engine.programTiles(program),
    programChain: (program) => engine.programChain(program),
    programFloat: (...call) => engine.programFloat(...call),
    readTiles: (...call) => this.#timed(() => engine.readTiles(...call)),
    readChain: (...call) => this.#timed(() => engine.readChain(...call)),
    multiplyFloat: (...call) => this.#timed(() => engine.multiplyFloat(...call)),
    close: () => engine.close(),
  };

  #timed<T>(read: () => T): T {
    const from = performance.now();
    const result = read();
    this.seconds += (performance.now() - from) / 1e3;
    return result;
  }
}

interface Row {
  readonly profile: string;
  readonly program_seconds?: number;
  readonly program_best_seconds?: number;
  readonly program_wall_seconds?: number;
  readonly nanoseconds_per_weight?: number;
  readonly execute_gops?: number;
  readonly engine_share?: number;
  readonly plain_gops?: number;
}

function measure(name: string): Row {
  const profile = devices.get(name);
  if (!profile) throw new Error(`no device profile ${name}; there are ${[...devices.keys()].join(', ')}`);
  const spec: ShardSpec = {
    checkpoint: 'bench',
    layer: 0,
    operation: 'qkv',
    profile: name,
    k: SIDE,
    n: SIDE,
    columnStart: 0,
    columnEnd: SIDE,
    chipSeed: 1n,
  };
  return {
    profile: name,
    ...(values.only !== 'execute' && programming(profile, spec)),
    ...(values.only !== 'program' && execution(profile, spec)),
  };
}

function programming(profile: DeviceProfile, spec: ShardSpec): Partial<Row> {
  const samples = Array.from({ length: RUNS }, () => {
    const own = createTileEngine({ threads: 1 });
    const device = createDevice(profile, own);
    const seconds = secondsOf(() => device.program(spec, weights).release?.());
    own.close();
    return seconds;
  });
  const cpu = samples.map((seconds) => seconds.cpu);
  return {
    program_seconds: median(cpu),
    program_best_seconds: Math.min(...cpu),
    program_wall_seconds: median(samples.map(({ wall }) => wall)),
    nanoseconds_per_weight: (median(cpu) / SIDE ** 2) * 1e9,
  };
}

function execution(profile: DeviceProfile, spec: ShardSpec): Partial<Row> {
  const reading = new ReadingTime();
  const shard: ProgrammedShard = createDevice(profile, reading.engine).program(spec, weights);
  let ledger = emptyLedger();
  const run = () => ({ ledger } = shard.execute(batch));
  run();
  if (ledger.macs !== OPERATIONS_PER_CALL / 2) throw new Error(`${shard.spec.profile} multiplied ${ledger.macs} times`);
  const seconds = median(repeated(run));
  // Both by the wall in one run: what else the machine does slows both.
  const shares = Array.from({ length: Math.max(5, RUNS) }, () => {
    reading.reset();
    const { wall } = secondsOf(run);
    return reading.seconds / wall;
  });
  shard.release?.();
  return {
    execute_gops: OPERATIONS_PER_CALL / seconds / 1e9,
    engine_share: median(shares),
    plain_gops: engineRate(),
  };
}

const rows: Row[] = [];
/** Of the last minute. */
const load = (): string => loadavg()[0]!.toFixed(1);
const cellOf = (value: number | undefined, digits: number): string => value?.toFixed(digits) ?? '–';
if (!values.json) {
  console.log(`${SIDE} × ${SIDE}, one thread, engine ${engine.path}, median (best) of ${RUNS}, load average ${load()}`);
  console.log('| profile | program, CPU s | wall, s | ns per weight | execute, GOP/s | in the engine | plain, GOP/s |');
  console.log('|---|--:|--:|--:|--:|--:|--:|');
}
for (const name of names) {
  const row = measure(name);
  rows.push(row);
  const cells = [
    `\`${name}\``,
    `${cellOf(row.program_seconds, 2)} (${cellOf(row.program_best_seconds, 2)})`,
    cellOf(row.program_wall_seconds, 2),
    cellOf(row.nanoseconds_per_weight, 0),
    cellOf(row.execute_gops, 1),
    row.engine_share === undefined ? '–' : `${(100 * row.engine_share).toFixed(0)} %`,
    cellOf(row.plain_gops, 1),
  ];
  if (!values.json) console.log(`| ${cells.join(' | ')} |`);
}
if (values.json) console.log(JSON.stringify({ load_average: loadavg(), rows }));
else console.log(`load average at the end ${load()}`);
engine.close();
