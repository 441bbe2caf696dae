/**
 * What a projection of normal operands is over what nano books, the table of docs/guides/project.md. After a build:
 *
 *   node test/bench/normal-operands.ts [--rows 32] [profile …]
 *
 * One step of the first held-out story's first rows, digital unit aside: per phase the device's cost by shape, and the
 * ledger of its execution. `cells` is the component `array`.
 */
import { parseArgs } from 'node:util';
import { emptyLedger, type Ledger, totalJoules } from '../../libs/contracts/dist/index.js';
import { createDevice, loadProfiles } from '../../libs/devices/dist/index.js';
import { InProcessRunner, ShardedMatmul } from '../../libs/matmul/dist/index.js';
import { CheckpointWeights } from '../../libs/shard-router/dist/index.js';
import { createTileEngine } from '../../libs/tile-engine/dist/index.js';
import { Checkpoint, LlamaModel, type Matmul, Tokenizer } from '../../libs/transformer/dist/index.js';
import { heldOut } from './held-out.ts';

const NAMES = [
  'pcm-hermes-14nm',
  'pcm-standard',
  'flash-sonos-40nm',
  'rram-cmo-hfox',
  'rram-neurram-130nm',
  'rram-isaac-32nm',
  'rram-puma-32nm',
  'crossbar-basic',
];
const { values, positionals } = parseArgs({
  options: { rows: { type: 'string', default: '32' } },
  allowPositionals: true,
});
const { devices, placements } = loadProfiles('profiles');
const checkpoint = await Checkpoint.open('nano', 'models/nano');
const [model, tokenizer] = await Promise.all([LlamaModel.load(checkpoint), Tokenizer.load('models/nano')]);
const tokens = heldOut(tokenizer, 1)[0]!.slice(0, Number(values.rows));

/** Sums that are compared. */
const sums = () => ({ cells: 0, all: 0, seconds: 0 });
function add(to: ReturnType<typeof sums>, { joules, seconds }: Ledger): void {
  to.cells += joules.array ?? 0;
  to.all += totalJoules(joules);
  to.seconds += seconds;
}

console.log("| profile | its cells' energy | all energy of the phases | part that is cells' | time |");
console.log('| --- | --: | --: | --: | --: |');
for (const name of positionals.length > 0 ? positionals : NAMES) {
  const engine = createTileEngine();
  const device = createDevice(devices.get(name)!, engine);
  const sharded = new ShardedMatmul(
    checkpoint,
    placements.get(name)!,
    new InProcessRunner(new CheckpointWeights([checkpoint]), () => device),
    { profiles: devices, shardColumns: Number.MAX_SAFE_INTEGER, chipSeed: 1n, jobDeadlineMs: Number.MAX_SAFE_INTEGER },
  );
  const [projected, booked] = [sums(), sums()];
  const shapes = new Map(checkpoint.matrices().map((matrix) => [`${matrix.layer} ${matrix.operation}`, matrix]));
  const matmul: Matmul = {
    fused: () => false,
    async execute(call, signal) {
      const reply = await sharded.execute(call, signal);
      const { k, n } = shapes.get(`${call.layer} ${call.operation}`)!;
      add(projected, device.shapeCost!(k, n, call.batch.rows).execution);
      add(booked, { ...emptyLedger(), ...reply.ledger });
      return reply;
    },
  };
  await model.forward([{ cache: model.newKvCache(), tokens, start: 0, seed: 7n, logits: 'all' }], matmul);
  const ratio = (of: 'cells' | 'all' | 'seconds'): string => (projected[of] / booked[of]).toFixed(4);
  const part = ((100 * booked.cells) / booked.all).toFixed(1);
  console.log(`| \`${name}\` | ${ratio('cells')} | ${ratio('all')} | ${part} % | ${ratio('seconds')} |`);
}
process.exit(0);
