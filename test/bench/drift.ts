/**
 * Held-out perplexity of models/nano on a device profile that drifts, over device times, in this process: every matrix
 * is one shard of the profile's device, programmed once. Three columns: drift is measured at the time of the read,
 * was last measured at `--calibrated-at`, and is not compensated at all. Agreement is the share of tokens whose
 * likeliest successor is the digital reference's too. After `npm run build`:
 *
 *   node test/bench/drift.ts [--profile pcm-standard] [--times 1,60,3600] [--calibrated-at 1] [--documents 2] [--json]
 */
import { parseArgs } from 'node:util';
import { createDevice, type DeviceProfile, loadProfiles, type ProgrammedShard } from '../../libs/devices/dist/index.js';
import { createTileEngine } from '../../libs/tile-engine/dist/index.js';
import { Checkpoint, LlamaModel, type Matmul, Tokenizer } from '../../libs/transformer/dist/index.js';
import { heldOut } from './held-out.ts';

const { values } = parseArgs({
  options: {
    profile: { type: 'string', default: 'pcm-standard' },
    times: { type: 'string', default: '1,60,3600,86400,2592000,31536000' },
    'calibrated-at': { type: 'string', default: '1' },
    documents: { type: 'string', default: '2' },
    directory: { type: 'string', default: 'profiles' },
    json: { type: 'boolean', default: false },
  },
});

const { devices } = loadProfiles(values.directory);
const checkpoint = await Checkpoint.open('nano', 'models/nano');
const [model, tokenizer] = await Promise.all([LlamaModel.load(checkpoint), Tokenizer.load('models/nano')]);
const documents = heldOut(tokenizer, Number(values.documents));
const engine = createTileEngine();

type Shards = ReadonlyMap<string, ProgrammedShard>;
interface Conditions {
  readonly deviceTime?: number;
  readonly calibratedAt?: number;
}

async function program(profile: DeviceProfile): Promise<Shards> {
  const device = createDevice(profile, engine);
  const shards = new Map<string, ProgrammedShard>();
  for (const { layer, operation, k, n } of checkpoint.matrices()) {
    const range = { columnStart: 0, columnEnd: n };
    const spec = { checkpoint: 'nano', layer, operation, profile: profile.name, chipSeed: 1n, k, n, ...range };
    shards.set(`${layer}/${operation}`, device.program(spec, await checkpoint.readMatrix(layer, operation, 0, n)));
  }
  return shards;
}

const matmulAt = (shards: Shards, conditions: Conditions): Matmul => ({
  async execute({ layer, operation, batch }) {
    const { y, ledger, telemetry } = shards.get(`${layer}/${operation}`)!.execute(batch, conditions);
    return { y, ledger, telemetry, wall: { total: 0, engine: 0, grpc: 0, queue: 0 }, jobs: 1 };
  },
});

/** Perplexity of the documents, and the likeliest successor of every token. */
async function score(matmul: Matmul): Promise<{ perplexity: number; best: number[] }> {
  let nats = 0;
  const best: number[] = [];
  for (const [seed, ids] of documents.entries()) {
    const cache = model.newKvCache();
    const tokens = ids.slice(0, -1);
    const { logits } = await model.forward([{ cache, tokens, start: 0, seed: BigInt(seed), logits: 'all' }], matmul);
    logits[0]!.forEach((row, i) => {
      const top = row.reduce((most, value) => Math.max(most, value), -Infinity);
      const sum = row.reduce((total, value) => total + Math.exp(value - top), 0);
      nats -= row[ids[i + 1]!]! - top - Math.log(sum);
      best.push(row.indexOf(top));
    });
    cache.free();
  }
  return { perplexity: Math.exp(nats / best.length), best };
}

const profile = devices.get(values.profile);
if (!profile) throw new Error(`no device profile "${values.profile}"; there are ${[...devices.keys()].join(', ')}`);
const bare = { value: 'none', unit: '1', source: 'this bench' };
const reference = await score(matmulAt(await program(devices.get('digital-fp32')!), {}));
const compensated = await program(profile);
const uncompensated = await program({ ...profile, parameters: { ...profile.parameters, compensation: bare } });
const calibratedAt = Number(values['calibrated-at']);

const rows = [];
for (const deviceTime of values.times.split(',').map(Number))
  for (const [measured, shards, conditions] of [
    ['at the read', compensated, { deviceTime, calibratedAt: deviceTime }],
    [`at ${calibratedAt} s`, compensated, { deviceTime, calibratedAt: Math.min(calibratedAt, deviceTime) }],
    ['never', uncompensated, { deviceTime }],
  ] as const) {
    const { perplexity, best } = await score(matmulAt(shards, conditions));
    const same = best.filter((token, i) => token === reference.best[i]).length;
    const row = {
      profile: profile.name,
      device_time_s: deviceTime,
      measured,
      tokens: best.length,
      perplexity,
      ratio: perplexity / reference.perplexity,
      agreement: same / best.length,
    };
    rows.push(row);
    if (!values.json)
      process.stdout.write(
        `${String(deviceTime).padStart(10)} s  ${measured.padEnd(12)} ${perplexity.toFixed(3).padStart(9)}  ×${row.ratio.toFixed(3)}  ${(100 * row.agreement).toFixed(1)} %\n`,
      );
  }
if (values.json) process.stdout.write(`${JSON.stringify({ reference: reference.perplexity, rows }, null, 2)}\n`);
process.exit(0);
