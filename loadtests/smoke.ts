/**
 * Smoke test of a running gateway, for k6 v2: a few short chats on each placement, with and without a stream, side by
 * side. It asks whether the house answers, whether the same seed gives the same text while others are served, and what
 * the answers would have cost on each device. It is bounded: PLACEMENTS × ITERATIONS × 3 requests.
 *
 *   k6 run loadtests/smoke.ts
 *
 * GATEWAY_URL (http://127.0.0.1:8000), CHECKPOINT (nano), PLACEMENTS (comma-separated), ITERATIONS (3) and MAX_TOKENS
 * (16) come from the environment or `-e NAME=value`.
 */
import { check, fail } from 'k6';
import exec from 'k6/execution';
import http, { type Response } from 'k6/http';
import { Trend } from 'k6/metrics';
import type { Options } from 'k6/options';

const GATEWAY = __ENV['GATEWAY_URL'] ?? 'http://127.0.0.1:8000';
const CHECKPOINT = __ENV['CHECKPOINT'] ?? 'nano';
const PLACEMENTS = (__ENV['PLACEMENTS'] ?? 'digital-fp32,crossbar-basic,homodyne-basic').split(',');
const ITERATIONS = Number(__ENV['ITERATIONS'] ?? 3);
const MAX_TOKENS = Number(__ENV['MAX_TOKENS'] ?? 16);

// Modelled: what the device would take. Never on one axis with k6's own times, which are the emulator's.
const modelledTime = new Trend('modelled_us_per_token');
const modelledEnergy = new Trend('modelled_uj_per_token');
const agreement = new Trend('token_agreement_percent');
const wallTime = new Trend('wall_ms_per_token', true);
const firstToken = new Trend('wall_time_to_first_token', true);

/** A threshold on a tagged metric also makes k6 show it, one line per placement. */
const perPlacement = (metric: string, threshold: string) =>
  Object.fromEntries(PLACEMENTS.map((placement) => [`${metric}{placement:${placement}}`, [threshold]]));

export const options: Options = {
  scenarios: {
    smoke: {
      executor: 'per-vu-iterations',
      vus: PLACEMENTS.length,
      iterations: ITERATIONS,
      maxDuration: '5m',
    },
  },
  thresholds: {
    http_req_failed: ['rate<0.01'],
    checks: ['rate>0.99'],
    ...perPlacement('modelled_us_per_token', 'min>0'),
    ...perPlacement('modelled_uj_per_token', 'min>0'),
    ...perPlacement('token_agreement_percent', 'avg>=0'),
    ...perPlacement('wall_ms_per_token', 'min>0'),
    ...perPlacement('wall_time_to_first_token', 'min>0'),
  },
};

/** The parts of an answer that this test reads. */
interface Answer {
  readonly choices: readonly {
    readonly message?: { readonly content: string };
    readonly delta?: { readonly content?: string };
    readonly finish_reason: string | null;
  }[];
  readonly usage?: { readonly completion_tokens: number } | null;
  readonly error?: { readonly code: string; readonly message: string };
  readonly ohmlight?: {
    readonly placement: string;
    readonly modelled: { readonly seconds_per_token: number | null; readonly joules_per_token: number | null };
    readonly wall: {
      readonly time_to_first_token_seconds: number | null;
      readonly seconds_per_token: number | null;
    };
    readonly agreement?: { readonly ratio: number | null };
  };
}

/** Ends the run where the gateway does not serve what it is asked to test. */
export function setup(): void {
  const response = http.get(`${GATEWAY}/v1/models`);
  if (response.status !== 200) fail(`GET ${GATEWAY}/v1/models answers ${response.status}: is the gateway up?`);
  const served = (response.json() as unknown as { data: { id: string }[] }).data.map(({ id }) => id);
  for (const placement of PLACEMENTS)
    if (!served.includes(`${CHECKPOINT}@${placement}`))
      fail(`${CHECKPOINT}@${placement} is not served; these are: ${served.join(', ')}`);
}

function chat(placement: string, seed: number, extra: object): Response {
  const body = {
    model: `${CHECKPOINT}@${placement}`,
    messages: [{ role: 'user', content: 'Tell me a story about a fox and a lantern.' }],
    max_tokens: MAX_TOKENS,
    temperature: 0.8,
    seed,
    ...extra,
  };
  return http.post(`${GATEWAY}/v1/chat/completions`, JSON.stringify(body), {
    headers: { 'content-type': 'application/json' },
    tags: { placement },
    timeout: '120s',
  });
}

/** The events of a server-sent stream, and whether it ended as it should. */
function eventsOf(body: string): { events: Answer[]; done: boolean } {
  const data = body
    .split('\n\n')
    .filter((event) => event.startsWith('data: '))
    .map((event) => event.slice('data: '.length));
  return {
    events: data.filter((text) => text !== '[DONE]').map((text) => JSON.parse(text) as Answer),
    done: data.length > 0 && data[data.length - 1] === '[DONE]',
  };
}

function record(placement: string, report: NonNullable<Answer['ohmlight']>): void {
  const tags = { placement };
  const { modelled, wall } = report;
  if (modelled.seconds_per_token !== null) modelledTime.add(modelled.seconds_per_token * 1e6, tags);
  if (modelled.joules_per_token !== null) modelledEnergy.add(modelled.joules_per_token * 1e6, tags);
  if (wall.seconds_per_token !== null) wallTime.add(wall.seconds_per_token * 1e3, tags);
  if (wall.time_to_first_token_seconds !== null) firstToken.add(wall.time_to_first_token_seconds * 1e3, tags);
  if (report.agreement && report.agreement.ratio !== null) agreement.add(report.agreement.ratio * 100, tags);
}

/** One placement per virtual user, so that every placement is served beside the others. */
export default function smoke(): void {
  const placement = PLACEMENTS.at((exec.vu.idInTest - 1) % PLACEMENTS.length)!;
  const tags = { placement };
  const seed = 1000 + exec.vu.iterationInScenario;

  const whole = chat(placement, seed, { ohmlight: { agreement: true } });
  const answer = whole.status === 200 ? (whole.json() as unknown as Answer) : undefined;
  const text = answer?.choices[0]?.message?.content;
  check(
    whole,
    {
      'chat answers 200': ({ status }) => status === 200,
      'chat has text': () => (text ?? '').trim().length > 0,
      'chat tells its usage': () => (answer?.usage?.completion_tokens ?? 0) > 0,
      'chat tells its placement and cost': () =>
        answer?.ohmlight?.placement === placement && (answer.ohmlight.modelled.seconds_per_token ?? 0) > 0,
    },
    tags,
  );
  if (answer?.ohmlight) record(placement, answer.ohmlight);

  const stream = chat(placement, seed, { stream: true, stream_options: { include_usage: true } });
  const { events, done } = eventsOf(stream.status === 200 && typeof stream.body === 'string' ? stream.body : '');
  const streamed = events.map((event) => event.choices[0]?.delta?.content ?? '').join('');
  check(
    stream,
    {
      'stream answers 200': ({ status }) => status === 200,
      'stream ends with [DONE]': () => done,
      'stream has no error event': () => events.every(({ error }) => error === undefined),
      'stream ends with its usage': () => (events[events.length - 1]?.usage?.completion_tokens ?? 0) > 0,
      'stream and chat of one seed give one text': () => text !== undefined && streamed === text,
    },
    tags,
  );
  const last = events[events.length - 1]?.ohmlight;
  if (last) record(placement, last);

  const again = chat(placement, seed, {});
  check(
    again,
    {
      'the same seed gives the same text': ({ status }) =>
        status === 200 && (again.json() as unknown as Answer).choices[0]?.message?.content === text,
    },
    tags,
  );
}
