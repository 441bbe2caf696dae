/**
 * What calibrations buy: held-out answers of models/nano on every calibrated profile, with and without. Prints
 * perplexity, the mean KL divergence from the fp32 reference and the share of tokens whose likeliest successor is the
 * reference's. After `npm run build`:
 *
 *   node test/bench/calibration.ts [--profiles a,b,c] [--documents 8] [--directory profiles/calibrations] [--json]
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Calibrations, loadCalibrations, scoreMatmuls } from '@ohmlight/calibration';
import { createDevice, loadProfiles } from '@ohmlight/devices';
import { InProcessRunner, ShardedMatmul } from '@ohmlight/matmul';
import { CheckpointWeights } from '@ohmlight/shard-router';
import { createTileEngine } from '@ohmlight/tile-engine';
import { Checkpoint, LlamaModel, Tokenizer } from '@ohmlight/transformer';

const { values } = parseArgs({
  options: {
    profiles: { type: 'string' },
    documents: { type: 'string', default: '8' },
    directory: { type: 'string', default: 'profiles/calibrations' },
    json: { type: 'boolean', default: false },
  },
});

const { devices, placements } = loadProfiles('profiles');
const checkpoint = await Checkpoint.open('nano', 'models/nano');
const [model, tokenizer] = await Promise.all([LlamaModel.load(checkpoint), Tokenizer.load('models/nano')]);
const calibrations = await loadCalibrations(values.directory, [checkpoint], devices, ({ file, reason }) =>
  process.stderr.write(`${file}: ${reason}\n`),
);
const unescape = (line: string): string =>
  line.replaceAll(/\\(.)/g, (_, character: string) => (character === 'n' ? '\n' : character));
const documents = readFileSync('models/nano/heldout.txt', 'utf8')
  .trimEnd()
  .split('\n')
  .slice(0, Number(values.documents))
  .map((line) => [0, ...tokenizer.encode(unescape(line), { addSpecialTokens: false }), 0]);

function matmulOf(name: string, used?: Calibrations): ShardedMatmul {
  const engine = createTileEngine();
  const runner = new InProcessRunner(new CheckpointWeights([checkpoint], used), (profile) =>
    createDevice(devices.get(profile)!, engine),
  );
  return new ShardedMatmul(checkpoint, placements.get(name)!, runner, {
    profiles: devices,
    shardColumns: Number.MAX_SAFE_INTEGER,
    chipSeed: 1n,
    calibrations: used,
    jobDeadlineMs: Number.MAX_SAFE_INTEGER,
  });
}

const reference = matmulOf('digital-fp32');
const rows = [];
for (const name of values.profiles?.split(',') ?? calibrations.pairs.map(({ profile }) => profile)) {
  const scores = await scoreMatmuls(model, reference, [matmulOf(name), matmulOf(name, calibrations)], documents);
  const [without, calibrated] = scores;
  rows.push({ profile: name, without, calibrated });
  if (!values.json)
    process.stdout.write(
      `${name.padEnd(24)}${scores
        .map(
          ({ perplexity, klNats, agreement }) =>
            `  ${perplexity.toFixed(4)}  ${klNats.toFixed(5)} nats  ${(100 * agreement).toFixed(1)} %`,
        )
        .join('  →')}\n`,
    );
}
if (values.json) process.stdout.write(`${JSON.stringify({ rows }, null, 2)}\n`);
process.exit(0);
