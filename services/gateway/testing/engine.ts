import { digitalUnitLedger, loadProfiles, Standby } from '@ohmlight/devices';
import { heldMatrices } from '@ohmlight/shard-router';
import { createLogger, Metrics } from '@ohmlight/telemetry';
import type { OpenDigitalUnit } from '@ohmlight/transformer';
import { DeviceTimes } from '../src/engine/device-times.js';
import { Engine, type EngineParts } from '../src/engine/engine.js';
import type { GenerationEvent } from '../src/engine/events.js';
import type { Generation, GenerationRequest } from '../src/engine/generation.js';
import { ModelCatalogue } from '../src/engine/model-catalogue.js';
import type { GenerationOptions } from '../src/engine/options.js';
import { serveCheckpoint, type ServedCheckpoint } from '../src/engine/served-checkpoint.js';
import { servedPlacements } from '../src/engine/served-placement.js';
import { NoisyMatmuls } from './noisy-matmuls.js';
import { PROFILES } from './start.js';
import { writeTinyCheckpoint } from './tiny-checkpoint.js';

export const OPTIONS: GenerationOptions = {
  temperature: 1,
  topK: 0,
  topP: 1,
  minP: 0,
  presencePenalty: 0,
  frequencyPenalty: 0,
  repetitionPenalty: 1,
  logitBias: new Map(),
  maxTokens: 16,
  minTokens: 0,
  ignoreEos: false,
  stop: [],
  stopTokenIds: new Set(),
  logprobs: undefined,
  promptLogprobs: false,
  agreement: false,
  errors: false,
};

export interface TestEngine {
  readonly engine: Engine;
  readonly matmuls: NoisyMatmuls;
  readonly metrics: Metrics;
  readonly checkpoint: ServedCheckpoint;
  /** Submits a request on `crossbar-basic`; the prompt is tokens, the rest defaults. */
  submit(
    prompt: readonly number[],
    seed: number | bigint,
    options?: Partial<GenerationOptions>,
    more?: Partial<GenerationRequest>,
    signal?: AbortSignal,
  ): Generation;
  remove(): Promise<void>;
}

/** An engine over the tiny checkpoint, with matmuls that a test may hold or spoil. */
export async function makeEngine(parts: Partial<EngineParts> = {}, openUnit?: OpenDigitalUnit): Promise<TestEngine> {
  const tiny = writeTinyCheckpoint();
  const checkpoint = await serveCheckpoint('tiny', tiny.directory, openUnit);
  const profiles = loadProfiles(PROFILES);
  const matmuls = await NoisyMatmuls.load(checkpoint.checkpoint);
  const metrics = new Metrics('gateway', 'test');
  const engine = new Engine({
    catalogue: new ModelCatalogue([checkpoint], servedPlacements(profiles)),
    matmulFor: (served, placement) => matmuls.forPlacement(served.checkpoint, placement),
    digitalUnit: (work) => digitalUnitLedger(profiles.digitalUnit, work),
    standbyOf: (served, placement) => new Standby(heldMatrices(served.checkpoint, placement), profiles.devices),
    limits: { maxRunning: 16, maxWaiting: 64, prefillChunk: 8 },
    shadowShare: 0,
    shadowRequestShare: 0,
    metrics,
    log: createLogger('gateway', 'test', 'silent'),
    ...parts,
  });
  let requests = 0;
  return {
    engine,
    matmuls,
    metrics,
    checkpoint,
    submit: (prompt, seed, options = {}, more = {}, signal = new AbortController().signal) =>
      engine.submit(
        {
          requestId: `req_${requests++}`,
          checkpoint,
          placement: 'crossbar-basic',
          times: new DeviceTimes(new Map()),
          prompts: [prompt],
          choices: 1,
          seed: BigInt(seed),
          options: { ...OPTIONS, ...options },
          ...more,
        },
        signal,
      ),
    async remove() {
      await checkpoint.model.close();
      await checkpoint.checkpoint.close();
      tiny.remove();
    },
  };
}

/** Every event of a generation, to its end. */
export async function eventsOf(generation: Generation): Promise<GenerationEvent[]> {
  const events: GenerationEvent[] = [];
  for await (const event of generation.events) events.push(event);
  return events;
}

/** The tokens of each choice, once the generation is over. */
export async function tokensOf(generation: Generation): Promise<number[][]> {
  await eventsOf(generation);
  return generation.sequences.map(({ tokens, promptLength }) => tokens.slice(promptLength));
}

/** The text of choice `index`. */
export function textOf(events: readonly GenerationEvent[], index = 0): string {
  return events.map((event) => (event.type === 'token' && event.index === index ? event.text : '')).join('');
}

/** Sum of a metric's values over its labels. */
export async function metricSum(metrics: Metrics, name: string, labels: Record<string, string> = {}): Promise<number> {
  const { values } = (await metrics.registry.getSingleMetric(name)!.get()) as {
    values: { value: number; metricName?: string; labels: Record<string, string | number> }[];
  };
  return values
    .filter(({ metricName }) => metricName === undefined || metricName === name)
    .filter(({ labels: own }) => Object.entries(labels).every(([key, value]) => own[key] === value))
    .reduce((sum, { value }) => sum + value, 0);
}
