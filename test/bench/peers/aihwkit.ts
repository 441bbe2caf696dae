/**
 * Our devices beside AIHWKIT's: the distribution of y − Wx on the same matrices and inputs, at several ages, with and
 * without drift compensation. AIHWKIT takes the converters and noise of our profile, and its own statistics of devices.
 * The yardstick is how far AIHWKIT's own outputs for different seeds are apart. Writes `results/aihwkit.json` beside
 * this file; `docs/guides/peers.md` says how to read it. After `npm run build`:
 *
 *   node test/bench/peers/aihwkit.ts [--rows 64] [--seeds 4] [--cases 'a;b'] [--python python3] [--output FILE] [--json]
 *
 * The first run installs AIHWKIT into a virtual environment of its own, the one that `ohmlight bench` takes.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { peerPython } from '../../../cli/dist/bench/peers/environment.js';
import { createDevice, type DeviceProfile, loadProfiles } from '../../../libs/devices/dist/index.js';
import { createTileEngine } from '../../../libs/tile-engine/dist/index.js';
import { batchOf, random } from '../../../libs/tile-engine/testing/random.ts';
import { Checkpoint } from '../../../libs/transformer/dist/index.js';
import { kolmogorov, summary, wasserstein } from './distance.ts';
import { type Comparison, tableOf } from './table.ts';

const { values: options } = parseArgs({
  options: {
    rows: { type: 'string', default: '64' },
    seeds: { type: 'string', default: '4' },
    cases: { type: 'string' },
    python: { type: 'string', default: 'python3' },
    output: { type: 'string', default: join(import.meta.dirname, 'results/aihwkit.json') },
    json: { type: 'boolean', default: false },
  },
});
const rows = Number(options.rows);
const seeds = Number(options.seeds);
const say = (line: string): void => void process.stderr.write(`${line}\n`);

interface Case {
  readonly name: string;
  readonly profile: string;
  /** Name of AIHWKIT's statistics in aihwkit_outputs.py, and the scale of its wire resistance. */
  readonly noiseModel: string;
  readonly irDrop: number;
  readonly ages: readonly number[];
  readonly compensations: readonly ('none' | 'global')[];
  readonly values: Readonly<Record<string, unknown>>;
}

const COMPENSATIONS = ['none', 'global'] as const;
const [HOUR, DAY, YEAR] = [3600, 86_400, 31_536_000];
const DECAYING = [0, HOUR, DAY, YEAR];
const WAN = [1, HOUR, DAY, 2 * DAY, YEAR];
const NO_WIRES = { wire_model: 'none' };

function caseOf(name: string, profile: string, noiseModel: string, more: Partial<Case> = {}): Case {
  return { name, profile, noiseModel, irDrop: 0, ages: DECAYING, compensations: COMPENSATIONS, values: {}, ...more };
}

/** Profiles as they ship, then variants that take one difference of the two away. */
const CASES: readonly Case[] = [
  caseOf('pcm-standard', 'pcm-standard', 'pcm', { irDrop: 1 }),
  caseOf('pcm-standard, no wires', 'pcm-standard', 'pcm', { values: NO_WIRES }),
  caseOf('pcm-standard, no wires, scale of targets', 'pcm-standard', 'pcm-scale-of-targets', { values: NO_WIRES }),
  caseOf('pcm-hermes-14nm', 'pcm-hermes-14nm', 'hermes'),
  caseOf('rram-cmo-hfox', 'rram-cmo-hfox', 'cmo'),
  // One device per weight and no reference column, which is what AIHWKIT has; a converter with room for the offset.
  caseOf('rram-cmo-hfox, digital offset', 'rram-cmo-hfox', 'cmo', {
    values: { weight_scheme: 'offset-digital', adc_bits: 10, adc_bound: 40 },
    compensations: ['none'],
  }),
  caseOf('rram-neurram-130nm', 'rram-neurram-130nm', 'wan', { ages: WAN }),
  caseOf('rram-neurram-130nm, scale of targets', 'rram-neurram-130nm', 'wan-scale-of-targets', { ages: WAN }),
].filter(({ name }) => options.cases?.split(';').includes(name) ?? true);

/** A range of 3 for every row and no second readings: what AIHWKIT's standard preset has, and the same in all tiles. */
const INPUT_RANGE = 3;
const COMMON = { input_scale: 'fixed', input_range: INPUT_RANGE, bound_rounds: 0, recalibration_interval: 0 };

const { devices } = loadProfiles('profiles');
const engine = createTileEngine();

function profileOf({ profile, values }: Case, compensation: string): DeviceProfile {
  const base = devices.get(profile)!;
  const parameters: Record<string, unknown> = { ...base.parameters };
  for (const [name, value] of Object.entries({ ...COMMON, ...values, compensation }))
    parameters[name] = { ...(parameters[name] as object), value };
  return { ...base, parameters } as DeviceProfile;
}

/** A case as AIHWKIT takes it: noise and ranges in weights instead of in currents of a device at g_max. */
function planOf(theCase: Case): Record<string, unknown> {
  const { parameters } = profileOf(theCase, 'none') as unknown as { parameters: Record<string, { value: number }> };
  const value = (name: string): number => parameters[name]!.value;
  const offset = String(value('weight_scheme')).startsWith('offset');
  const weight = (value('g_max') - value('g_min')) / value('g_max') / (offset ? 2 : 1);
  return {
    name: theCase.name,
    noise_model: theCase.noiseModel,
    ages: theCase.ages,
    compensations: theCase.compensations,
    ir_drop: theCase.irDrop,
    tile_rows: value('tile_rows'),
    // Two of our tiles side by side are one of AIHWKIT's preset.
    tile_columns: theCase.profile === 'pcm-standard' ? 512 : value('tile_columns'),
    input_bits: value('input_bits'),
    input_range: INPUT_RANGE,
    adc_bits: value('adc_bits'),
    adc_bound: value('adc_bound') / weight,
    output_noise: value('output_noise') / weight,
    read_noise: value('read_noise'),
  };
}

interface Matrix {
  readonly k: number;
  readonly n: number;
  readonly weights: Float32Array;
  readonly x: Float32Array;
  /** Wx in f64, and its root mean square. */
  readonly exact: Float64Array;
  readonly rms: number;
}

function matrixOf(k: number, n: number, weights: Float32Array, seed: number): Matrix {
  const x = random(seed).gaussians(rows * k, 1, INPUT_RANGE);
  const exact = new Float64Array(rows * n);
  for (let row = 0; row < rows; row++)
    for (let c = 0; c < n; c++) {
      let sum = 0;
      for (let i = 0; i < k; i++) sum += x[row * k + i]! * weights[c * k + i]!;
      exact[row * n + c] = sum;
    }
  return { k, n, weights, x, exact, rms: Math.sqrt(exact.reduce((sum, y) => sum + y * y, 0) / exact.length) };
}

const checkpoint = await Checkpoint.open('nano', 'models/nano');
const down = checkpoint.matrices().find(({ layer, operation }) => layer === 2 && operation === 'down')!;
const matrices: Readonly<Record<string, Matrix>> = {
  gaussian: matrixOf(512, 512, random(11).gaussians(512 * 512, 0.05, 3), 12),
  'nano-down': matrixOf(down.k, down.n, await checkpoint.readMatrix(2, 'down', 0, down.n), 13),
};

/** (y − Wx)/rms(Wx), and Σy·Wx/Σ(Wx)². */
function errorsOf({ exact, rms }: Matrix, y: Float32Array): { errors: Float64Array; gain: number } {
  const gain = exact.reduce((sum, value, i) => sum + value * y[i]!, 0) / (exact.length * rms * rms);
  return { errors: exact.map((value, i) => (y[i]! - value) / rms), gain };
}

/** Outputs of our device on a chip of its own for every seed, by age. */
function ours(
  theCase: Case,
  name: string,
  matrix: Matrix,
  compensation: string,
  seed: number,
): Map<number, Float32Array> {
  const { k, n, weights, x } = matrix;
  const shard = createDevice(profileOf(theCase, compensation), engine).program(
    {
      checkpoint: name,
      layer: 0,
      operation: 'o',
      profile: theCase.profile,
      chipSeed: BigInt(1 + seed),
      k,
      n,
      columnStart: 0,
      columnEnd: n,
    },
    weights,
  );
  const batch = batchOf(x, rows, BigInt(5000 + 100 * seed));
  const outputs = new Map(theCase.ages.map((age) => [age, shard.execute(batch, { deviceTime: age }).y] as const));
  shard.release?.();
  return outputs;
}

const directory = mkdtempSync(join(tmpdir(), 'ohmlight-peers-'));
try {
  const python = await peerPython('aihwkit', options.python, say);
  for (const [name, { weights, x }] of Object.entries(matrices)) {
    writeFileSync(join(directory, `${name}.w`), weights);
    writeFileSync(join(directory, `${name}.x`), x);
  }
  const shapes = Object.fromEntries(Object.entries(matrices).map(([name, { k, n }]) => [name, { k, n }]));
  const plan = { rows, seeds, matrices: shapes, cases: CASES.map(planOf) };
  writeFileSync(join(directory, 'plan.json'), JSON.stringify(plan));
  say('AIHWKIT computes');
  const script = join(import.meta.dirname, 'aihwkit_outputs.py');
  const peer = JSON.parse(
    execFileSync(python, [script, directory], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }),
  ) as { aihwkit: string; torch: string; missing: { case: string; age: number; reason: string }[] };

  const comparisons: Comparison[] = [];
  for (const [name, matrix] of Object.entries(matrices))
    for (const theCase of CASES) {
      say(`Ohmlight: ${name}: ${theCase.name}`);
      for (const compensation of theCase.compensations) {
        const outputs = Array.from({ length: seeds }, (_, seed) => ours(theCase, name, matrix, compensation, seed));
        for (const age of theCase.ages) {
          if (peer.missing.some((entry) => entry.case === theCase.name && entry.age === age)) continue;
          const us = outputs.map((byAge) => errorsOf(matrix, byAge.get(age)!));
          const them = Array.from({ length: seeds }, (_, seed) => {
            const path = join(directory, `${theCase.name}.${name}.${age}.${compensation}.${seed}.y`);
            const bytes = readFileSync(path);
            return errorsOf(matrix, new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4));
          });
          comparisons.push(compared({ case: theCase.name, matrix: name, age, compensation }, us, them));
        }
      }
    }
  mkdirSync(dirname(options.output), { recursive: true });
  const head = JSON.stringify({ ...peer, rows, seeds }).slice(0, -1);
  const lines = comparisons.map((comparison) => JSON.stringify(comparison)).join(',\n');
  writeFileSync(options.output, `${head},"comparisons":[\n${lines}\n]}\n`);
  process.stdout.write(
    options.json ? `${JSON.stringify({ rows: comparisons }, null, 2)}\n` : `${tableOf(comparisons)}\n`,
  );
} finally {
  rmSync(directory, { recursive: true });
}
process.exit(0);

type Sample = ReturnType<typeof errorsOf>;

function compared(
  head: Pick<Comparison, 'case' | 'matrix' | 'age' | 'compensation'>,
  us: Sample[],
  them: Sample[],
): Comparison {
  const between = them.flatMap((a, i) => them.slice(i + 1).map((b) => [a, b] as const));
  const across = us.flatMap((a) => them.map((b) => [a, b] as const));
  const spread = Math.sqrt(them.reduce((sum, { errors }) => sum + summary(errors).std ** 2, 0) / them.length);
  const distance = (pairs: readonly (readonly [Sample, Sample])[], measure: typeof wasserstein): number =>
    rounded(pairs.reduce((sum, [a, b]) => sum + measure(a.errors, b.errors), 0) / pairs.length);
  const inSpreads: typeof wasserstein = (a, b) => wasserstein(a, b) / spread;
  return {
    ...head,
    ohmlight: described(us),
    aihwkit: described(them),
    wasserstein: { ohmlight: distance(across, inSpreads), seeds: distance(between, inSpreads) },
    kolmogorov: { ohmlight: distance(across, kolmogorov), seeds: distance(between, kolmogorov) },
  };
}

/** Of all seeds together. */
function described(samples: Sample[]): Comparison['ohmlight'] {
  const all = new Float64Array(samples.flatMap(({ errors }) => [...errors]));
  const { mean, std, quantiles } = summary(all);
  return {
    mean: rounded(mean),
    std: rounded(std),
    gain: rounded(samples.reduce((sum, { gain }) => sum + gain, 0) / samples.length),
    quantiles: quantiles.map(rounded),
  };
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
