/**
 * What a load of weights costs requests that run together, on a running Ohmlight: modelled time and energy of a token,
 * and loads of a step, counted by the gateway. Placements joined by + are asked at the same time. Start with
 * `OHMLIGHT_MAX_RUNNING=32 npm start -- --detach --no-demo --placements dmd-bitplane,phase-mask,freespace-incoherent`, then:
 *
 *   node test/bench/reload.ts [--url http://127.0.0.1:8000] [--placements a,b,c+d] [--requests 1,8,32] [--tokens 16] [--json]
 */
import { parseArgs } from 'node:util';

interface Answer {
  readonly usage: { readonly completion_tokens: number };
  readonly ohmlight: {
    readonly modelled: {
      readonly seconds_per_token: number;
      readonly joules_per_token: number;
      readonly reloads: number;
    };
    readonly jobs: number;
    readonly steps: number;
  };
}

const { values } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://127.0.0.1:8000' },
    placements: { type: 'string', default: 'dmd-bitplane,phase-mask,freespace-incoherent' },
    requests: { type: 'string', default: '1,8,32' },
    tokens: { type: 'string', default: '16' },
    json: { type: 'boolean', default: false },
  },
});

async function ask(placement: string, seed: number): Promise<Answer> {
  const response = await fetch(`${values.url}/v1/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      model: `nano@${placement}`,
      prompt: 'Once there was a fox',
      max_tokens: Number(values.tokens),
      ignore_eos: true,
      seed,
    }),
  });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return (await response.json()) as Answer;
}

/** Sums of the gateway's counters, over all labels but the placement. */
async function counters(placements: readonly string[]): Promise<{ loads: number; steps: number; rows: number }> {
  const text = await (await fetch(`${values.url}/metrics`)).text();
  const sum = (name: string, matches: (labels: string) => boolean): number =>
    text
      .split('\n')
      .map((line) => /^(\w+)\{(.*)\} (\S+)$/.exec(line))
      .filter((match) => match?.[1] === name && matches(match[2]!))
      .reduce((total, match) => total + Number(match![3]), 0);
  const ours = (labels: string): boolean => placements.some((name) => labels.includes(`placement="${name}"`));
  return {
    loads: sum('ohmlight_reloads_total', () => true),
    steps: sum('ohmlight_step_rows_count', ours),
    rows: sum('ohmlight_step_rows_sum', ours),
  };
}

const mean = (numbers: readonly number[]): number => numbers.reduce((sum, value) => sum + value, 0) / numbers.length;

const rows = [];
for (const group of values.placements.split(','))
  for (const requests of values.requests.split(',').map(Number)) {
    const placements = group.split('+');
    const before = await counters(placements);
    const answers = (
      await Promise.all(
        placements.flatMap((placement) => Array.from({ length: requests }, (_, seed) => ask(placement, seed))),
      )
    ).map(({ ohmlight }) => ohmlight);
    const after = await counters(placements);
    const steps = after.steps - before.steps;
    rows.push({
      placement: group,
      requests,
      steps,
      rows_per_step: (after.rows - before.rows) / steps,
      jobs_per_step: mean(answers.map((answer) => answer.jobs / answer.steps)),
      loads_per_step: (after.loads - before.loads) / steps,
      loads_of_answers: answers.reduce((sum, { modelled }) => sum + modelled.reloads, 0),
      loads: after.loads - before.loads,
      milliseconds_per_token: mean(answers.map(({ modelled }) => modelled.seconds_per_token * 1e3)),
      millijoules_per_token: mean(answers.map(({ modelled }) => modelled.joules_per_token * 1e3)),
    });
  }

if (values.json) console.log(JSON.stringify({ rows }));
else {
  console.log('| placement | requests | rows a step | jobs a step | loads a step | ms/token | mJ/token |');
  console.log('| --- | --: | --: | --: | --: | --: | --: |');
  for (const row of rows)
    console.log(
      `| \`${row.placement}\` | ${row.requests} | ${row.rows_per_step.toFixed(1)} | ${row.jobs_per_step.toFixed(0)} | ${row.loads_per_step.toFixed(1)} | ${row.milliseconds_per_token.toPrecision(3)} | ${row.millijoules_per_token.toPrecision(3)} |`,
    );
}
