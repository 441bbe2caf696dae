/**
 * Wall time of the digital unit alone: attention of one row, and everything between the matmuls of a generated token,
 * of a checkpoint of the shape of models/nano with random weights. Needs `npm run build`, then:
 *
 *   node test/bench/digital-unit.ts [--positions 1,64,256,512] [--repeats 400] [--json]
 */
import { DigitalKernels, KvPages } from '@ohmlight/tile-engine/digital';
import { type DigitalUnit, InlineDigitalUnit, type LlamaConfig, WorkerDigitalUnit } from '@ohmlight/transformer';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    positions: { type: 'string', default: '1,64,256,512' },
    repeats: { type: 'string', default: '400' },
    json: { type: 'boolean', default: false },
  },
});
const positions = values.positions.split(',').map(Number);
const repeats = Number(values.repeats);

const config = {
  vocabSize: 2048,
  hidden: 256,
  layers: 4,
  heads: 8,
  kvHeads: 4,
  headDim: 32,
  ffn: 768,
  context: Math.max(...positions),
  rmsNormEps: 1e-5,
  ropeTheta: 10_000,
  ropeScaling: null,
} as LlamaConfig;
const { hidden, layers, heads, kvHeads, headDim, ffn } = config;
const random = (length: number): Float32Array => Float32Array.from({ length }, () => 2 * Math.random() - 1);

interface Row {
  readonly part: string;
  readonly positions: number;
  readonly fastest_us: number;
  readonly median_us: number;
}
const rows: Row[] = [];
function note(part: string, positions: number, times: number[]): void {
  const sorted = times.toSorted((a, b) => a - b);
  const us = (ms: number | undefined): number => Math.round((ms ?? NaN) * 1e4) / 10;
  rows.push({ part, positions, fastest_us: us(sorted[0]), median_us: us(sorted[sorted.length >> 1]) });
}

for (const path of ['portable', 'wide'] as const) {
  const kernels = new DigitalKernels({ path });
  const pages = new KvPages(kernels, config);
  pages.reserve(config.context);
  const [q, k, out] = [random(heads * headDim), random(kvHeads * headDim), random(heads * headDim)].map((values) =>
    kernels.place(values),
  ) as [number, number, number];
  const scores = kernels.allocate(config.context + 15);
  for (let p = 0; p < config.context; p++) {
    kernels.view(k, kvHeads * headDim).set(random(kvHeads * headDim));
    pages.store(0, p, k, k);
  }
  const group = heads / kvHeads;
  for (const length of positions) {
    const times = Array.from({ length: repeats }, () => {
      const before = performance.now();
      for (let head = 0; head < kvHeads; head++) {
        const at = 4 * head * group * headDim;
        pages.attend(0, head, length, q + at, group, scores, out + at);
      }
      return performance.now() - before;
    });
    note(`attention of one row, one layer, ${path}`, length, times);
  }
}

const outputs = { qkv: (heads + 2 * kvHeads) * headDim, o: hidden, gate_up: 2 * ffn, down: hidden } as const;
const answers = Object.entries(outputs).map(
  ([operation, n]) => [operation as keyof typeof outputs, random(n)] as const,
);

/** Everything between the matmuls of one token at `position`: 4 · layers + 1 calls. */
async function token(unit: DigitalUnit, cache: ReturnType<DigitalUnit['openCache']>, position: number): Promise<void> {
  const step = await unit.begin({
    tokens: Int32Array.of(position % config.vocabSize),
    positions: Uint32Array.of(position),
    caches: [cache],
    wanted: [0],
  });
  for (let layer = 0; layer < layers; layer++)
    for (const [operation, y] of answers) await step.after(layer, operation, y);
  step.end();
}

const weights = {
  config,
  embedding: random(config.vocabSize * hidden),
  norms: Array.from({ length: layers }, () => ({ attention: random(hidden), ffn: random(hidden) })),
  finalNorm: random(hidden),
};
for (const [name, unit] of [
  ['inline', new InlineDigitalUnit(weights)],
  ['worker', new WorkerDigitalUnit(weights)],
] as const) {
  const cache = unit.openCache();
  for (let position = 0; position < config.context; position++) await token(unit, cache, position);
  for (const length of positions) {
    const times: number[] = [];
    for (let i = 0; i < repeats; i++) {
      const before = performance.now();
      await token(unit, cache, length - 1);
      times.push(performance.now() - before);
    }
    note(`one token, ${name}`, length, times);
  }
  await unit.close();
}

if (values.json) console.log(JSON.stringify({ rows }));
else {
  console.log('| part | positions | fastest µs | median µs |');
  console.log('| --- | --: | --: | --: |');
  for (const row of rows) console.log(`| ${row.part} | ${row.positions} | ${row.fastest_us} | ${row.median_us} |`);
}
