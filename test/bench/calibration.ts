/**
 * What calibrations buy, as the tables of docs/guides/calibration.md. After `npm run build`:
 *
 *   node test/bench/calibration.ts --reports calibrated.json[,more.json]
 *   node test/bench/calibration.ts [--profiles a,b,c] [--documents 8] [--directory profiles/calibrations] [--json]
 *
 * With `--reports` what runs of `ohmlight calibrate --json` printed: what was kept, and the answers on the judging documents
 * of the calibration's text. Without, held-out answers of models/nano on every calibrated profile, with and without:
 * perplexity, the mean KL divergence from the fp32 reference, and the share of tokens whose likeliest successor is the
 * reference's.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Calibrations, loadCalibrations, scoreMatmuls } from '@ohmlight/calibration';
import { createDevice, loadProfiles } from '@ohmlight/devices';
import { InProcessRunner, ShardedMatmul } from '@ohmlight/matmul';
import { CheckpointWeights } from '@ohmlight/shard-router';
import { createTileEngine } from '@ohmlight/tile-engine';
import { Checkpoint, LlamaModel, Tokenizer } from '@ohmlight/transformer';
import type { CalibrateRow } from '../../cli/src/calibrate/calibrate.js';
import { heldOut } from './held-out.ts';

const { values } = parseArgs({
  options: {
    profiles: { type: 'string' },
    documents: { type: 'string', default: '8' },
    directory: { type: 'string', default: 'profiles/calibrations' },
    reports: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

const arrow = (...parts: readonly string[]): string => parts.join(' → ');
const nats = (kl: number): string => (kl === 0 ? '0' : kl < 1e-3 ? kl.toExponential(1) : kl.toPrecision(3));
const share = (agreement: number): string => `${(100 * agreement).toFixed(1)} %`;

if (values.reports !== undefined) {
  console.log('| profile | input ranges | channel scales | ADC ranges | KL, nats | perplexity | top-1 |');
  console.log('|---|--:|--:|--:|--:|--:|--:|');
  const rows = values.reports
    .split(',')
    .flatMap((file) => (JSON.parse(readFileSync(file, 'utf8')) as { rows: CalibrateRow[] }).rows)
    .sort((a, b) => (a.profile < b.profile ? -1 : 1));
  for (const { profile, outcome, input_ranges, channel_scales, adc_ranges, before, after } of rows) {
    const cells =
      outcome === 'none'
        ? ['no file', '', '', nats(before.kl_nats), before.perplexity.toFixed(4), share(before.agreement)]
        : [
            input_ranges,
            channel_scales,
            adc_ranges,
            arrow(nats(before.kl_nats), nats(after.kl_nats)),
            arrow(before.perplexity.toFixed(4), after.perplexity.toFixed(4)),
            arrow(share(before.agreement), share(after.agreement)),
          ];
    console.log(`| \`${profile}\` | ${cells.join(' | ')} |`);
  }
  process.exit(0);
}

const { devices, placements } = loadProfiles('profiles');
const checkpoint = await Checkpoint.open('nano', 'models/nano');
const [model, tokenizer] = await Promise.all([LlamaModel.load(checkpoint), Tokenizer.load('models/nano')]);
const calibrations = await loadCalibrations(values.directory, [checkpoint], devices, ({ file, reason }) =>
  process.stderr.write(`${file}: ${reason}\n`),
);
const documents = heldOut(tokenizer, Number(values.documents));

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
if (!values.json) console.log('| profile | KL, nats | perplexity | top-1 |\n|---|--:|--:|--:|');
for (const name of values.profiles?.split(',') ?? calibrations.pairs.map(({ profile }) => profile)) {
  const scores = await scoreMatmuls(model, reference, [matmulOf(name), matmulOf(name, calibrations)], documents);
  const [without, calibrated] = scores;
  rows.push({ profile: name, without, calibrated });
  const [a, b] = scores as [(typeof scores)[number], (typeof scores)[number]];
  const cells = [
    `\`${name}\``,
    arrow(nats(a.klNats), nats(b.klNats)),
    arrow(a.perplexity.toFixed(4), b.perplexity.toFixed(4)),
    arrow(share(a.agreement), share(b.agreement)),
  ];
  if (!values.json) console.log(`| ${cells.join(' | ')} |`);
}
if (values.json) process.stdout.write(`${JSON.stringify({ rows }, null, 2)}\n`);
process.exit(0);
