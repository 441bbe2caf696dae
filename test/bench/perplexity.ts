/**
 * Held-out perplexity of models/nano on device profiles, in this process: every matrix is one shard of the profile's
 * device. Prints perplexity, its ratio to the first profile's, and the share of tokens whose likeliest successor is
 * the first profile's too. After `npm run build`:
 *
 *   node test/bench/perplexity.ts [--profiles a,b,c] [--documents 2] [--directory profiles] [--json]
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { createDevice, loadProfiles, type ProgrammedShard } from '../../libs/devices/dist/index.js';
import { createTileEngine } from '../../libs/tile-engine/dist/index.js';
import { Checkpoint, LlamaModel, type Matmul, Tokenizer } from '../../libs/transformer/dist/index.js';

const { values } = parseArgs({
  options: {
    profiles: { type: 'string' },
    documents: { type: 'string', default: '2' },
    directory: { type: 'string', default: 'profiles' },
    json: { type: 'boolean', default: false },
  },
});

const { devices } = loadProfiles(values.directory);
const names = values.profiles?.split(',') ?? [
  'digital-fp32',
  ...[...devices.keys()].filter((name) => name !== 'digital-fp32').sort(),
];
const checkpoint = await Checkpoint.open('nano', 'models/nano');
const [model, tokenizer] = await Promise.all([LlamaModel.load(checkpoint), Tokenizer.load('models/nano')]);
const unescape = (line: string): string =>
  line.replaceAll(/\\(.)/g, (_, character: string) => (character === 'n' ? '\n' : character));
const documents = readFileSync('test/fixtures/nano/heldout.txt', 'utf8')
  .trimEnd()
  .split('\n')
  .slice(0, Number(values.documents))
  .map((line) => [0, ...tokenizer.encode(unescape(line), { addSpecialTokens: false }), 0]);
const engine = createTileEngine();

async function matmulOf(name: string): Promise<Matmul> {
  const profile = devices.get(name);
  if (!profile) throw new Error(`no device profile "${name}"; there are ${[...devices.keys()].join(', ')}`);
  const device = createDevice(profile, engine);
  const shards = new Map<string, ProgrammedShard>();
  for (const { layer, operation, k, n } of checkpoint.matrices()) {
    const weights = await checkpoint.readMatrix(layer, operation, 0, n);
    const spec = {
      checkpoint: 'nano',
      layer,
      operation,
      profile: name,
      chipSeed: 1n,
      k,
      n,
      columnStart: 0,
      columnEnd: n,
    };
    shards.set(`${layer}/${operation}`, device.program(spec, weights));
  }
  return {
    async execute({ layer, operation, batch }) {
      const { y, ledger, telemetry } = shards.get(`${layer}/${operation}`)!.execute(batch);
      return { y, ledger, telemetry, wall: { total: 0, engine: 0, grpc: 0, queue: 0 }, jobs: 1 };
    },
  };
}

/** Nats of the documents, and the likeliest successor of every token. */
async function score(matmul: Matmul): Promise<{ nats: number; tokens: number; best: number[] }> {
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
  return { nats, tokens: best.length, best };
}

const rows = [];
let reference: { perplexity: number; best: number[] } | undefined;
for (const name of names) {
  const { nats, tokens, best } = await score(await matmulOf(name));
  const perplexity = Math.exp(nats / tokens);
  reference ??= { perplexity, best };
  const same = best.filter((token, i) => token === reference!.best[i]).length;
  rows.push({ profile: name, tokens, perplexity, ratio: perplexity / reference.perplexity, agreement: same / tokens });
  if (!values.json)
    process.stdout.write(
      `${name.padEnd(24)} ${perplexity.toFixed(4).padStart(9)}  ×${(perplexity / reference.perplexity).toFixed(3)}  ${((100 * same) / tokens).toFixed(1)} %\n`,
    );
}
if (values.json) process.stdout.write(`${JSON.stringify({ rows }, null, 2)}\n`);
process.exit(0);
