/**
 * The feed-forward part of models/nano as one analog chain (`ffn`) against gate_up and down with converters between,
 * on the same chip of the same device profile, in this process. Prints
 *
 * - per layer, the error of the part's output on the activations of held-out text, of both;
 * - perplexity, Kullback-Leibler divergence and agreement of the model with the feed-forward part alone on the device,
 *   and with everything on it, of both;
 * - what one token costs in the feed-forward parts of all layers, activation included, of both.
 *
 * After `npm run build`:
 *
 *   node test/bench/ffn.ts [--profiles a,b] [--documents 2] [--rows 256] [--chain hidden_margin=1,…] [--json]
 */
import { parseArgs } from 'node:util';
import {
  addSequential,
  emptyLedger,
  type Ledger,
  type Operation,
  totalJoules,
} from '../../libs/contracts/dist/index.js';
import {
  createDevice,
  type Device,
  type DeviceProfile,
  digitalUnitLedger,
  hasChain,
  loadProfiles,
  type ProgrammedShard,
} from '../../libs/devices/dist/index.js';
import { createTileEngine } from '../../libs/tile-engine/dist/index.js';
import { gatedSilu } from '../../libs/tile-engine/dist/digital/index.js';
import {
  Checkpoint,
  digitalWorkOfRow,
  LlamaModel,
  type Matmul,
  type MatmulCall,
  Tokenizer,
} from '../../libs/transformer/dist/index.js';
import { heldOut } from './held-out.ts';

const { values } = parseArgs({
  options: {
    profiles: { type: 'string' },
    documents: { type: 'string', default: '2' },
    rows: { type: 'string', default: '256' },
    chain: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
type Batch = MatmulCall['batch'];
type Way = 'converted' | 'fused';

const { devices, digitalUnit } = loadProfiles('profiles');
const chained = [...devices.values()].filter((profile) => profile.chain && hasChain(profile)).map(({ name }) => name);
const names = values.profiles?.split(',') ?? chained.sort();
const checkpoint = await Checkpoint.open('nano', 'models/nano');
const { config } = checkpoint;
const [model, tokenizer] = await Promise.all([LlamaModel.load(checkpoint), Tokenizer.load('models/nano')]);
const documents = heldOut(tokenizer, Number(values.documents));
const engine = createTileEngine();

/** A profile with the values of --chain. */
function changed(profile: DeviceProfile): DeviceProfile {
  if (!values.chain || !profile.chain) return profile;
  const chain: Record<string, object> = { ...profile.chain };
  for (const part of values.chain.split(',')) {
    const [name, value] = part.split('=') as [string, string];
    if (!(name in chain))
      throw new Error(`a chain has no parameter "${name}"; it has ${Object.keys(chain).join(', ')}`);
    chain[name] = { ...chain[name], value: Number.isNaN(Number(value)) ? value : Number(value) };
  }
  return { ...profile, chain: chain as DeviceProfile['chain'] };
}

/** Shards of a device, programmed when first asked for. */
function shardsOf(device: Device): (layer: number, operation: Operation) => Promise<ProgrammedShard> {
  const held = new Map<string, Promise<ProgrammedShard>>();
  return (layer, operation) => {
    const name = `${layer}/${operation}`;
    let shard = held.get(name);
    if (!shard) {
      const matrix = checkpoint.matrix(layer, operation);
      const spec = { ...matrix, profile: device.name, chipSeed: 1n, columnStart: 0, columnEnd: matrix.n };
      shard = checkpoint.readMatrix(layer, operation, 0, matrix.n).then((weights) => device.program(spec, weights));
      held.set(name, shard);
    }
    return shard;
  };
}

type Shards = ReturnType<typeof shardsOf>;

/** Every operation on the shards that `of` names. */
const matmulOf = (of: (operation: Operation) => Shards, fused: boolean): Matmul => ({
  fused: () => fused,
  async execute({ layer, operation, batch }) {
    const { y, ledger, telemetry } = (await of(operation)(layer, operation)).execute(batch);
    return { y, ledger, telemetry, wall: { total: 0, engine: 0, grpc: 0, queue: 0 }, jobs: 1 };
  },
});

const reference = shardsOf(createDevice(devices.get('digital-fp32')!, engine));

/** Inputs of each layer's feed-forward part on the reference, `rows` of them. */
async function inputs(): Promise<Batch[]> {
  const found: Batch[] = [];
  const cache = model.newKvCache();
  const tokens = documents[0]!.slice(0, Math.min(Number(values.rows), config.context));
  const inner = matmulOf(() => reference, true);
  await model.forward([{ cache, tokens, start: 0, seed: 0n, logits: 'none' }], {
    fused: () => true,
    execute(call) {
      if (call.operation === 'ffn') found[call.layer] = { ...call.batch, x: call.batch.x.slice() };
      return inner.execute(call);
    },
  });
  cache.free();
  return found;
}

/** The feed-forward part of a layer, with its ledgers; the activation between converted parts is f32. */
async function feedForward(shards: Shards, way: Way, layer: number, batch: Batch) {
  if (way === 'fused') {
    const { y, ledger } = (await shards(layer, 'ffn')).execute(batch);
    return { y, ledger };
  }
  const { ffn } = config;
  const ledger = emptyLedger();
  const up = (await shards(layer, 'gate_up')).execute(batch);
  const x = Float32Array.from({ length: batch.rows * ffn }, (_, at) => {
    const row = Math.floor(at / ffn) * 2 * ffn;
    return gatedSilu(up.y[row + (at % ffn)]!, up.y[row + ffn + (at % ffn)]!);
  });
  const down = (await shards(layer, 'down')).execute({ ...batch, x });
  addSequential(ledger, up.ledger);
  const work = [0, config.layers].map((fused) => digitalWorkOfRow(config, 0, false, fused));
  const part = (of: 'flops' | 'bytes'): number => ((work[0]![of] - work[1]![of]) * batch.rows) / config.layers;
  addSequential(ledger, digitalUnitLedger(digitalUnit, { flops: part('flops'), bytes: part('bytes') }));
  addSequential(ledger, down.ledger);
  return { y: down.y, ledger };
}

function relativeError(y: Float32Array, exact: Float32Array): number {
  let error = 0;
  let signal = 0;
  exact.forEach((value, i) => {
    error += (y[i]! - value) ** 2;
    signal += value ** 2;
  });
  return Math.sqrt(error / signal);
}

/** Log probabilities of every token's successors. */
async function logProbabilities(matmul: Matmul): Promise<Float64Array[]> {
  const out: Float64Array[] = [];
  for (const [seed, ids] of documents.entries()) {
    const cache = model.newKvCache();
    const tokens = ids.slice(0, -1);
    const { logits } = await model.forward([{ cache, tokens, start: 0, seed: BigInt(seed), logits: 'all' }], matmul);
    for (const row of logits[0]!) {
      const top = row.reduce((most, value) => Math.max(most, value), -Infinity);
      const sum = row.reduce((total, value) => total + Math.exp(value - top), 0);
      out.push(Float64Array.from(row, (value) => value - top - Math.log(sum)));
    }
    cache.free();
  }
  return out;
}

const targets = documents.flatMap((ids) => ids.slice(1));
const best = (row: Float64Array): number => row.indexOf(row.reduce((most, value) => Math.max(most, value), -Infinity));
const mean = (of: (i: number) => number): number => targets.reduce((sum, _, i) => sum + of(i), 0) / targets.length;

/** The model's answers against the reference's. */
async function quality(matmul: Matmul) {
  const rows = await logProbabilities(matmul);
  const nats = mean((i) => -rows[i]![targets[i]!]!);
  return {
    perplexity: Math.exp(nats),
    kl_nats: mean((i) => exact[i]!.reduce((sum, p, t) => sum + Math.exp(p) * (p - rows[i]![t]!), 0)),
    agreement: mean((i) => Number(best(rows[i]!) === best(exact[i]!))),
  };
}

const exact = await logProbabilities(matmulOf(() => reference, false));
const nano = { perplexity: Math.exp(mean((i) => -exact[i]![targets[i]!]!)), tokens: targets.length };
const batches = await inputs();
const wanted = await Promise.all(
  batches.map(async (batch, layer) => (await feedForward(reference, 'fused', layer, batch)).y),
);
const oneRow = ({ x, seeds, positions, rows }: Batch): Batch => ({
  rows: 1,
  x: x.slice(0, x.length / rows),
  seeds: seeds.slice(0, 1),
  positions: positions.slice(0, 1),
});

const print = (line: string): void => void (values.json || process.stdout.write(`${line}\n`));
print(`digital-fp32: perplexity ${nano.perplexity.toFixed(4)} of ${nano.tokens} tokens`);
const rows = [];
for (const name of names) {
  const profile = devices.get(name);
  if (!profile?.chain) throw new Error(`"${name}" has no chain; ${chained.join(', ')} have`);
  const shards = shardsOf(createDevice(changed(profile), engine));
  for (const way of ['converted', 'fused'] as const) {
    const errors: number[] = [];
    const ledger: Ledger = emptyLedger();
    for (const [layer, batch] of batches.entries()) {
      errors.push(relativeError((await feedForward(shards, way, layer, batch)).y, wanted[layer]!));
      addSequential(ledger, (await feedForward(shards, way, layer, oneRow(batch))).ledger);
    }
    const own: readonly Operation[] = ['gate_up', 'down', 'ffn'];
    const part = await quality(matmulOf((op) => (own.includes(op) ? shards : reference), way === 'fused'));
    const whole = await quality(matmulOf(() => shards, way === 'fused'));
    const { seconds, joules, dacConversions, adcConversions } = ledger;
    const cost = { seconds, joules: totalJoules(joules), by_component: joules, dacConversions, adcConversions };
    rows.push({ profile: name, way, relative_error: errors, ffn_only: part, everything: whole, token: cost });
    print(`${name} ${way}`);
    print(
      `  error of the output by layer ${errors.map((e) => `${e.toFixed(3)} (${(-20 * Math.log10(e)).toFixed(1)} dB)`).join('  ')}`,
    );
    for (const [what, q] of [
      ['ffn alone', part],
      ['everything', whole],
    ] as const)
      print(
        `  ${what.padEnd(10)} perplexity ×${(q.perplexity / nano.perplexity).toFixed(4)}  KL ${q.kl_nats.toFixed(4)} nats  agreement ${(100 * q.agreement).toFixed(1)} %`,
      );
    print(
      `  a token    ${(1e6 * seconds).toFixed(3)} µs  ${(1e9 * cost.joules).toFixed(2)} nJ  ${dacConversions} DAC  ${adcConversions} ADC conversions`,
    );
    print(
      `             ${Object.entries(joules)
        .map(([part, j]) => `${part} ${(1e9 * j).toFixed(2)}`)
        .join('  ')} nJ`,
    );
  }
}
if (values.json) process.stdout.write(`${JSON.stringify({ reference: nano, rows }, null, 2)}\n`);
process.exit(0);
