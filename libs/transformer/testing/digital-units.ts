import type { LlamaConfig } from '../src/checkpoint/config.js';
import type { DigitalUnit, DigitalWeights } from '../src/digital/digital-unit.js';
import { InlineDigitalUnit } from '../src/digital/inline-digital-unit.js';
import { WorkerDigitalUnit } from '../src/digital/worker-digital-unit.js';

/** Odd in every way that the Llama form allows. */
export const SMALL = {
  vocabSize: 7,
  hidden: 12,
  layers: 2,
  heads: 4,
  kvHeads: 2,
  headDim: 6,
  ffn: 10,
  context: 40,
  rmsNormEps: 1e-5,
  ropeTheta: 10_000,
  ropeScaling: null,
} as LlamaConfig;

/** Values that look random and are the same every time. */
export const wave = (length: number, step: number): Float32Array =>
  Float32Array.from({ length }, (_, i) => 2 * Math.sin(step * (i + 1)));

export const smallWeights = (config = SMALL): DigitalWeights => ({
  config,
  embedding: wave(config.vocabSize * config.hidden, 0.7),
  norms: Array.from({ length: config.layers }, (_, layer) => ({
    attention: wave(config.hidden, 1.1 + layer),
    ffn: wave(config.hidden, 1.3 + layer),
  })),
  finalNorm: wave(config.hidden, 1.7),
});

/** Each implementation of the port; the thread makes every call, short or long. */
export const UNITS: readonly [string, (weights: DigitalWeights, limitBytes?: number) => DigitalUnit][] = [
  ['in the calling thread', (weights, limitBytes) => new InlineDigitalUnit(weights, limited(limitBytes))],
  [
    'in a thread of its own',
    (weights, limitBytes) => new WorkerDigitalUnit(weights, { inlineFlops: 0, ...limited(limitBytes) }),
  ],
];

const limited = (limitBytes?: number) => (limitBytes === undefined ? {} : { limitBytes });

/** Ends the thread of a unit as a crash would. */
export const killThread = (unit: WorkerDigitalUnit): Promise<number> =>
  (
    unit as unknown as { executor: { thread: { run: { worker: { terminate(): Promise<number> } } } } }
  ).executor.thread.run.worker.terminate();
