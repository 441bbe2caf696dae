/**
 * Tables and pictures of docs/guides/photons.md from the files of widths.ts. After `npm run build`:
 *
 *   node test/bench/photons/report.ts [--results DIRECTORY] [--family a,b,c] [--pictures docs/pictures]
 *
 * The family is the checkpoints whose exponent is taken; every checkpoint of the files is drawn.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { renderFigure } from '../../../libs/plots/dist/index.js';
import { needs, together } from './analysis.ts';
import { ARRAYS } from './arrays.ts';
import { gaussianFigure, widthFigure } from './figures.ts';
import type { Results } from './results.ts';

const { values } = parseArgs({
  options: {
    results: { type: 'string', default: 'test/bench/photons/results' },
    family: { type: 'string' },
    pictures: { type: 'string', default: 'docs/pictures' },
  },
});
const results = together(
  readdirSync(values.results)
    .filter((file) => file.endsWith('.json'))
    .map((file) => JSON.parse(readFileSync(join(values.results, file), 'utf8')) as Results),
);
const family = values.family?.split(',') ?? results.checkpoints.map(({ name }) => name);
const names = results.checkpoints.map(({ name }) => name);
const lines: string[] = [];
const figure = (value: number | undefined, digits = 2): string =>
  value === undefined ? '–' : Number(value.toPrecision(digits)).toString();

lines.push(
  '| checkpoint | hidden | weights of matmuls | steps | tokens | perplexity |',
  '| --- | --: | --: | --: | --: | --: |',
);
for (const { name, width, parameters, steps, trainingTokens, reference } of results.checkpoints) {
  const nats = reference.reduce((sum, r) => sum + r.nats, 0) / reference.reduce((sum, r) => sum + r.tokens, 0);
  lines.push(
    `| ${name} | ${width} | ${(parameters / 1e6).toFixed(2)} M | ${steps} | ${(trainingTokens / 1e6).toFixed(1)} M | ${Math.exp(nats).toFixed(3)} |`,
  );
}

lines.push(
  '',
  `| array | criterion | ${names.join(' | ')} | photons ∝ width^ | 90 % over documents |`,
  `| --- | --- | ${names.map(() => '--:').join(' | ')} | --: | --: |`,
);
const ofAll = needs(results, names);
for (const [i, need] of needs(results, family).entries())
  lines.push(
    `| ${need.array} | ${need.criterion} | ${ofAll[i]!.photons.map((value) => figure(value)).join(' | ')} | ${need.law ? need.law.exponent.toFixed(2) : '–'} | ${need.interval ? need.interval.map((value) => value.toFixed(2)).join(' … ') : '–'} |`,
  );

lines.push('', '| checkpoint | qkv | o | gate_up | down | lm_head |', '| --- | --: | --: | --: | --: | --: |');
for (const name of names) {
  const row = results.rows.find((one) => one.checkpoint === name && one.array === 'homodyne' && one.detected === null)!;
  const of = (operation: string): string =>
    row.operations.find((one) => one.operation === operation)!.alignment.toFixed(2);
  lines.push(`| ${name} | ${['qkv', 'o', 'gate_up', 'down', 'lm_head'].map(of).join(' | ')} |`);
}
for (const array of ARRAYS) {
  const brightness = names.map((name) => {
    const row = results.rows.find((one) => one.checkpoint === name && one.array === array && one.detected === null)!;
    return `${name} ${figure(row.operations.reduce((sum, o) => sum + o.brightness, 0) / row.operations.length)}`;
  });
  if (array === 'dual-rail') lines.push('', `Detected over full-scale photons, dual-rail: ${brightness.join(', ')}.`);
}
process.stdout.write(`${lines.join('\n')}\n`);
writeFileSync(join(values.pictures, 'photons-gaussian.svg'), renderFigure(gaussianFigure(results)));
writeFileSync(join(values.pictures, 'photons-width.svg'), renderFigure(widthFigure(results)));
