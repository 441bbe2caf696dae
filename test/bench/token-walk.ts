/**
 * Wall time of a generated token on a running Ohmlight, and how it splits. Asks each placement for the same greedy
 * answer, one request at a time, and prints a table. Start with `npm start -- --detach --no-demo`, then:
 *
 *   node test/bench/token-walk.ts [--url http://127.0.0.1:8000] [--placements a,b,c] [--tokens 64] [--repeats 5] [--json]
 */
import { parseArgs } from 'node:util';

interface Wall {
  readonly seconds_per_token: number;
  readonly queue: number;
  readonly grpc: number;
  readonly engine: number;
  readonly digital_unit: number;
}
interface Answer {
  readonly usage: { readonly completion_tokens: number };
  readonly ohmlight: { readonly wall: Wall; readonly steps: number; readonly phases: number; readonly jobs: number };
}

const { values } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://127.0.0.1:8000' },
    placements: { type: 'string', default: 'digital-fp32,crossbar-basic,homodyne-basic' },
    tokens: { type: 'string', default: '64' },
    repeats: { type: 'string', default: '5' },
    json: { type: 'boolean', default: false },
  },
});
const repeats = Number(values.repeats);

async function ask(placement: string): Promise<Answer> {
  const response = await fetch(`${values.url}/v1/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      model: `nano@${placement}`,
      prompt: 'Once',
      max_tokens: Number(values.tokens),
      temperature: 0,
      ignore_eos: true,
      seed: 1,
    }),
  });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return (await response.json()) as Answer;
}

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!;

const rows = [];
for (const placement of values.placements.split(',')) {
  await ask(placement);
  const answers: Answer[] = [];
  for (let i = 0; i < repeats; i++) answers.push(await ask(placement));
  const perStep = (part: 'queue' | 'grpc' | 'engine' | 'digital_unit'): number =>
    median(answers.map(({ ohmlight: { wall, steps } }) => (wall[part] / steps) * 1e3));
  const tokens = answers.map(({ ohmlight }) => ohmlight.wall.seconds_per_token * 1e3);
  rows.push({
    placement,
    phases: answers[0]!.ohmlight.phases / answers[0]!.ohmlight.steps,
    jobs: answers[0]!.ohmlight.jobs / answers[0]!.ohmlight.steps,
    milliseconds_per_token: median(tokens),
    fastest: Math.min(...tokens),
    slowest: Math.max(...tokens),
    queue: perStep('queue'),
    grpc: perStep('grpc'),
    engine: perStep('engine'),
    digital_unit: perStep('digital_unit'),
  });
}

if (values.json) console.log(JSON.stringify({ rows }));
else {
  console.log('| placement | phases | jobs | ms/token | fastest … slowest | queue | gRPC | engine | digital unit |');
  console.log('| --- | --: | --: | --: | --: | --: | --: | --: | --: |');
  for (const row of rows) {
    const part = (ms: number): string => ms.toFixed(2);
    console.log(
      `| ${row.placement} | ${row.phases} | ${row.jobs} | ${part(row.milliseconds_per_token)} | ${part(row.fastest)} … ${part(row.slowest)} | ${part(row.queue)} | ${part(row.grpc)} | ${part(row.engine)} | ${part(row.digital_unit)} |`,
    );
  }
}
