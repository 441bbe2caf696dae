import { profilesOf } from '@ohmlight/contracts';
import { loadProfiles } from '@ohmlight/devices';
import { type Answer, allPlacements, Evaluator, referenceOf, subjectOf } from '@ohmlight/evaluation';
import { Tokenizer } from '@ohmlight/transformer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { post } from '../support/chat.js';
import { CHECKPOINT, type Stack, startStack } from '../support/stack.js';

const SLOW = 600_000;
const TOKENS = 4;
const SEED = 6;

const profiles = loadProfiles('profiles');

interface Served {
  readonly choices: readonly { readonly text: string }[];
  readonly usage: { readonly completion_tokens: number };
  readonly ohmlight: {
    readonly placement: string;
    readonly modelled: {
      readonly joules: number;
      readonly seconds: number;
      readonly joules_by_component: Readonly<Record<string, number>>;
      readonly joules_per_token: number;
      readonly seconds_per_token: number;
      readonly digital_unit: { readonly joules: number };
    };
  };
}

let stack: Stack;
let prompt: number[];
let inProcess: Evaluator;
beforeAll(async () => {
  // Shards are programmed when a request first needs them: a job waits for that.
  stack = await startStack({ placements: ['digital-fp32'], environment: { OHMLIGHT_JOB_DEADLINE_MS: '300000' } });
  prompt = (await Tokenizer.load(CHECKPOINT)).encode('Once there was a fox', { addSpecialTokens: false });
  inProcess = await Evaluator.open({
    checkpoint: { name: 'nano', directory: CHECKPOINT },
    windows: [],
    reference: referenceOf(profiles),
    shardColumns: 1024,
    chipSeed: 1n,
  });
}, SLOW);
afterAll(async () => {
  await inProcess?.close();
  await stack?.stop();
}, SLOW);

async function serve(placement: string): Promise<Served> {
  const { status, body } = await post(stack.url, '/v1/completions', {
    model: `nano@${placement}`,
    prompt,
    max_tokens: TOKENS,
    temperature: 0,
    ignore_eos: true,
    seed: SEED,
  });
  if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
  return body as Served;
}

/** The gateway's energy counter, by profile. */
async function countedJoules(): Promise<Map<string, number>> {
  const text = await (await fetch(`${stack.url}/metrics`)).text();
  const joules = new Map<string, number>();
  for (const [, labels, value] of text.matchAll(/^ohmlight_modelled_energy_joules_total\{([^}]*)\} (\S+)$/gm)) {
    const profile = /profile="([^"]*)"/.exec(labels!)![1]!;
    joules.set(profile, (joules.get(profile) ?? 0) + Number(value));
  }
  return joules;
}

const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);
const relative = (value: number, expected: number): number => Math.abs(value / expected - 1);

/** Every shipped placement: device profiles among them, whichever there are. */
const placements = allPlacements(profiles);
const servedJoules: number[] = [];

describe.each(placements)('nano@%s through queue, cores and gRPC', (placement) => {
  let served: Served;
  let counted: Map<string, number>;
  let answer: Answer;
  beforeAll(async () => {
    const before = await countedJoules();
    served = await serve(placement);
    const after = await countedJoules();
    counted = new Map([...after].map(([profile, joules]) => [profile, joules - (before.get(profile) ?? 0)]));
    servedJoules.push(served.ohmlight.modelled.joules);
    const sampling = { temperature: 0, topP: 1, topK: 0, minP: 0 };
    const request = { tokens: prompt, maxTokens: TOKENS, seed: BigInt(SEED), sampling, ignoreEos: true };
    answer = await inProcess.answer(subjectOf(profiles, placement), request);
  }, SLOW);

  it('writes what the evaluation in this process writes', () => {
    expect(served.usage.completion_tokens).toBe(TOKENS);
    expect(served.choices[0]!.text.trim()).not.toBe('');
    expect(served.choices[0]!.text).toBe(answer.text);
  });

  it('has components that add to the total, and counts in Prometheus what it answers', () => {
    const { joules, joules_by_component: components, digital_unit: unit } = served.ohmlight.modelled;
    expect(relative(sum(Object.values(components)), joules)).toBeLessThan(1e-9);
    expect(relative(sum(counted.values()), joules)).toBeLessThan(1e-9);
    expect(relative(counted.get('digital-unit')!, unit.joules)).toBeLessThan(1e-9);
    const grown = [...counted].filter(([, value]) => value > 0).map(([profile]) => profile);
    const rules = profilesOf(profiles.placements.get(placement)!.rules);
    expect(grown.filter((profile) => profile !== 'digital-unit' && !rules.includes(profile))).toEqual([]);
  });

  it('costs per token what the evaluation says', () => {
    const { joules_per_token: joules, seconds_per_token: seconds } = served.ohmlight.modelled;
    const { steps, ledger } = answer.decode!;
    expect(steps).toBe(TOKENS - 1);
    expect(relative(sum(Object.values(ledger.joules)), joules)).toBeLessThan(1e-9);
    expect(relative(ledger.seconds, seconds)).toBeLessThan(1e-9);
  });

  it('takes what the evaluation says, component by component', () => {
    const { joules, joules_by_component: components, seconds } = served.ohmlight.modelled;
    const { ledger } = answer;
    expect(relative(sum(Object.values(ledger.joules)), joules)).toBeLessThan(1e-9);
    expect(relative(ledger.seconds, seconds)).toBeLessThan(1e-9);
    expect(Object.keys(ledger.joules).toSorted()).toEqual(Object.keys(components).toSorted());
    for (const [component, value] of Object.entries(ledger.joules))
      expect(Math.abs(components[component]! - value)).toBeLessThanOrEqual(1e-9 * value);
  });
});

it('the counter of a run is the sum over its responses', async () => {
  expect(servedJoules).toHaveLength(placements.length);
  expect(relative(sum((await countedJoules()).values()), sum(servedJoules))).toBeLessThan(1e-9);
});
