/**
 * Error and perplexity against detected photons per multiplication, for checkpoints of several widths on arrays of light
 * alone (arrays.ts), and for unrelated Gaussian operands. After `npm run build`:
 *
 *   node test/bench/photons/widths.ts --checkpoints a=DIR,b=DIR [--photons 1,3,…] [--documents 6] [--repeats 1]
 *     [--out test/bench/photons/results/widths.json]
 *   node test/bench/photons/widths.ts --gaussian [--out test/bench/photons/results/gaussian.json]
 *
 * Every figure of docs/guides/photons.md comes from the file it writes (report.ts).
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadProfiles } from '../../../libs/devices/dist/index.js';
import { documentsOf } from '../../../libs/evaluation/dist/index.js';
import { createTileEngine } from '../../../libs/tile-engine/dist/index.js';
import { Checkpoint, LlamaModel, Tokenizer } from '../../../libs/transformer/dist/index.js';
import { ARRAYS, arrayOf, BASE } from './arrays.ts';
import { gaussian } from './gaussian.ts';
import { measure, program, referenceLogits, score, type Subject } from './measure.ts';
import { figuresOf } from './operands.ts';
import type { GaussianRow, Results, WidthRow } from './results.ts';

const { values } = parseArgs({
  options: {
    checkpoints: { type: 'string' },
    photons: { type: 'string', default: '1,3,10,30,100,300,1000' },
    documents: { type: 'string', default: '6' },
    repeats: { type: 'string', default: '1' },
    gaussian: { type: 'boolean', default: false },
    text: { type: 'string', default: 'models/nano/heldout.txt' },
    out: { type: 'string', default: 'test/bench/photons/results/widths.json' },
  },
});
if (!values.checkpoints && !values.gaussian) throw new Error('--checkpoints name=directory,… or --gaussian is missing');
const photons = [...values.photons.split(',').map(Number), Infinity];
const repeats = Number(values.repeats);
const { devices } = loadProfiles('profiles');
const fp32 = devices.get('digital-fp32')!;
const engine = createTileEngine();
const documents = documentsOf(readFileSync(values.text, 'utf8'), values.text).slice(0, Number(values.documents));

const checkpoints: Results['checkpoints'][number][] = [];
const rows: WidthRow[] = [];
for (const entry of values.checkpoints?.split(',') ?? []) {
  const at = entry.indexOf('=');
  const [name, directory] = [entry.slice(0, at), entry.slice(at + 1)];
  const checkpoint = await Checkpoint.open(name, directory);
  const [model, tokenizer] = await Promise.all([LlamaModel.load(checkpoint), Tokenizer.load(directory)]);
  const subject: Subject = { name, checkpoint, model, engine, reference: await program(checkpoint, fp32, engine) };
  // A document stands between start and end, cut where it exceeds the context.
  const { bosTokenId, context } = checkpoint.config;
  const [end] = checkpoint.generationConfig.eosTokenIds;
  const windows = documents.map((text) =>
    [bosTokenId ?? end!, ...tokenizer.encode(text, { addSpecialTokens: false }), end!].slice(0, context),
  );
  const reference = await referenceLogits(subject, windows);
  const training = JSON.parse(readFileSync(join(directory, 'training.json'), 'utf8')) as {
    steps: number;
    tokens: number;
  };
  const own = windows.map((ids, i) => score(reference[i]!, reference[i]!, ids));
  checkpoints.push({
    name,
    width: checkpoint.config.hidden,
    parameters: checkpoint.matrices().reduce((sum, { k, n }) => sum + k * n, 0),
    steps: training.steps,
    trainingTokens: training.tokens,
    reference: own,
  });
  for (const array of ARRAYS)
    for (const level of photons) {
      // Counts of a full product of which the mean one has a twentieth or so.
      const n = array === 'dual-rail' ? 20 * level : level;
      const { documents: scores, sums } = await measure(
        subject,
        arrayOf(array, devices.get(BASE[array])!, n),
        windows,
        reference,
        n === Infinity ? 1 : repeats,
      );
      const operations = [...sums].map(([operation, sum]) => {
        const { k } = checkpoint.matrices().find((matrix) => matrix.operation === operation)!;
        return { operation, k, products: sum.products, ...figuresOf(sum, k) };
      });
      const all = operations.reduce((sum, { products }) => sum + products, 0);
      const brightness = operations.reduce((sum, { products, brightness: b }) => sum + (products / all) * b, 0);
      const detected = array === 'homodyne' ? n : n * brightness;
      rows.push({
        checkpoint: name,
        width: checkpoint.config.hidden,
        array,
        full: n,
        detected,
        documents: scores,
        operations,
      });
      const nats = scores.reduce((sum, s) => sum + s.nats, 0) / scores.reduce((sum, s) => sum + s.tokens, 0);
      const kl = scores.reduce((sum, s) => sum + s.kl, 0) / scores.reduce((sum, s) => sum + s.tokens, 0);
      process.stdout.write(
        `${name.padEnd(10)} ${array.padEnd(10)} ${detected.toExponential(2).padStart(9)} photons/MAC  perplexity ${Math.exp(nats).toFixed(4).padStart(10)}  KL ${kl.toExponential(2)}\n`,
      );
    }
  for (const { shard } of subject.reference.values()) shard.release?.();
  await model.close();
  await checkpoint.close();
}

const GAUSSIAN_WIDTHS = [64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384];
const gaussians: GaussianRow[] = ARRAYS.flatMap((array) =>
  (values.gaussian ? GAUSSIAN_WIDTHS : []).flatMap((k) =>
    [0.1, 1, 10, 100].map((n) => {
      const figures = gaussian(arrayOf(array, devices.get(BASE[array])!, n), fp32, k, engine);
      return { array, k, full: n, detected: array === 'homodyne' ? n : n * figures.brightness, ...figures };
    }),
  ),
);
const results: Results = { text: values.text, documents: documents.length, repeats, checkpoints, rows, gaussians };
writeFileSync(values.out, `${JSON.stringify(results)}\n`);
process.exit(0);
