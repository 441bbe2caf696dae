/**
 * Programming and executing a shard on one thread, for every device profile: the tables of docs/guides/benchmarks.md.
 * After a build:
 *
 *   OHMLIGHT_THREADS=1 node test/bench/program.ts [--side 4096] [--runs 5] [--only program|execute] [profile …]
 *
 * `program` is the thread's CPU time of Device.program: static draws, conductances, wires, faults, and packing in the tile
 * engine. `execute` is GOP/s (two operations a multiplication) of 16 rows, `plain` that of the engine's own readout of a
 * matrix of this size with 8 bit in and out, constant noise and tiles of 256 × 256.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { emptyLedger, OPERATIONS, type RowBatch, type ShardSpec } from '../../libs/contracts/dist/index.js';
import { createDevice, loadProfiles, type ProgrammedShard } from '../../libs/devices/dist/index.js';
import { createTileEngine } from '../../libs/tile-engine/dist/index.js';
import { random } from '../../libs/tile-engine/testing/random.ts';

const { values, positionals } = parseArgs({
  options: {
    side: { type: 'string', default: '4096' },
    runs: { type: 'string', default: '5' },
    only: { type: 'string' },
    json: { type: 'boolean' },
  },
  allowPositionals: true,
});
const SIDE = Number(values.side);
const RUNS = Number(values.runs);
const ROWS = 16;

const { devices } = loadProfiles(join(import.meta.dirname, '../../profiles'));
const names = positionals.length > 0 ? positionals : [...devices.keys()];
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

/** CPU seconds of this thread, so that what else the machine does counts little. */
function cpuSeconds(run: () => void): number {
  const start = process.threadCpuUsage();
  run();
  const { user, system } = process.threadCpuUsage(start);
  return (user + system) / 1e6;
}
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

interface Row {
  readonly profile: string;
  readonly program_seconds?: number;
  readonly program_best_seconds?: number;
  readonly nanoseconds_per_weight?: number;
  readonly execute_gops?: number;
  readonly plain_gops?: number;
}

function measure(name: string): Row {
  const device = createDevice(devices.get(name)!, engine);
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
    ...(values.only !== 'execute' && programming(() => device.program(spec, weights).release?.())),
    ...(values.only !== 'program' && execution(device.program(spec, weights))),
  };
}

function programming(run: () => void): Partial<Row> {
  const samples = times(RUNS, run);
  return {
    program_seconds: median(samples),
    program_best_seconds: Math.min(...samples),
    nanoseconds_per_weight: (median(samples) / SIDE ** 2) * 1e9,
  };
}

function execution(shard: ProgrammedShard): Partial<Row> {
  let ledger = emptyLedger();
  const run = () => ({ ledger } = shard.execute(batch));
  run();
  if (ledger.macs !== OPERATIONS_PER_CALL / 2) throw new Error(`${shard.spec.profile} multiplied ${ledger.macs} times`);
  const seconds = median(repeated(run));
  shard.release?.();
  return {
    execute_gops: OPERATIONS_PER_CALL / seconds / 1e9,
    plain_gops: engineRate(),
  };
}

const rows: Row[] = [];
const cellOf = (value: number | undefined, digits: number): string => value?.toFixed(digits) ?? '–';
if (!values.json) {
  console.log(`${SIDE} × ${SIDE}, one thread, engine ${engine.path}, median (best) of ${RUNS}`);
  console.log('| profile | program, s | ns per weight | execute, GOP/s | plain, GOP/s |\n|---|--:|--:|--:|--:|');
}
for (const name of names) {
  const row = measure(name);
  rows.push(row);
  const cells = [
    `\`${name}\``,
    `${cellOf(row.program_seconds, 2)} (${cellOf(row.program_best_seconds, 2)})`,
    cellOf(row.nanoseconds_per_weight, 0),
    cellOf(row.execute_gops, 1),
    cellOf(row.plain_gops, 1),
  ];
  if (!values.json) console.log(`| ${cells.join(' | ')} |`);
}
if (values.json) console.log(JSON.stringify({ rows }));
engine.close();
