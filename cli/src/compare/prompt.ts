import { REFERENCE_PLACEMENT } from '@ohmlight/devices';
import { type Answer, answer, defaultSampling, type Subject, tokenCost } from '@ohmlight/evaluation';
import { ask } from '../demo/ask.js';
import { ProgressBar } from '../progress-bar.js';
import { renderTable, significant } from '../table.js';
import type { Terminal } from '../terminal.js';
import type { CompareOptions } from './options.js';
import { failWith } from './outcomes.js';
import { nats } from './columns.js';
import type { Setting } from './setting.js';

/** One placement's answer to a prompt; docs/reference/cli.md describes the fields. */
export interface PromptRow {
  readonly placement: string;
  readonly text: string;
  /** Whether the text is the reference's; null where the reference was not asked. */
  readonly same_text: boolean | null;
  readonly tokens: number;
  readonly agreement: number | null;
  readonly kl_nats: number | null;
  readonly seconds_per_token: number | null;
  readonly joules_per_token: number | null;
  readonly watts: number | null;
}

type PromptOptions = CompareOptions & { readonly prompt: string };

const COLUMNS = [
  { title: 'placement' },
  { title: 'text', wraps: true },
  { title: 'same', align: 'right' },
  { title: 'agreement', align: 'right' },
  { title: 'KL, nats', align: 'right' },
  { title: 'ms/token', align: 'right' },
  { title: 'mJ/token', align: 'right' },
  { title: 'W', align: 'right' },
] as const;

/** Answers of every placement to one chat message, from this process or from a gateway. */
export async function comparePrompt(
  options: PromptOptions,
  setting: Setting,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  const { rows, finish } = await (options.served === undefined
    ? inProcess(options, setting, signal)
    : served(options, options.served, setting.subjects, signal));
  const reference = rows.find(({ placement }) => placement === REFERENCE_PLACEMENT)?.text;
  const whole: PromptRow[] = rows.map((row) => ({
    ...row,
    same_text: reference === undefined ? null : row.text === reference,
  }));
  if (options.json) terminal.line(JSON.stringify({ rows: whole }, null, 2));
  else {
    terminal.line(`"${options.prompt}" (seed ${options.seed}), modelled time and energy per generated token:\n`);
    for (const line of renderTable(COLUMNS, whole.map(cells), terminal.columns)) terminal.line(line);
  }
  finish();
}

interface Answers {
  readonly rows: readonly Omit<PromptRow, 'same_text'>[];
  /** @throws Failure where a placement has no answer */
  readonly finish: () => void;
}

async function inProcess(
  { prompt, maxTokens, seed, workers }: PromptOptions,
  { input, subjects, cache, checkpoint, tokenizer }: Setting,
  signal: AbortSignal,
): Promise<Answers> {
  const chat = tokenizer.renderChat([{ role: 'user', content: prompt }], { addGenerationPrompt: true });
  const tokens = tokenizer.encode(chat, { addSpecialTokens: false });
  const bar = new ProgressBar('answering', process.stderr);
  const outcomes = await answer(
    {
      input,
      subjects,
      cache,
      signal,
      workers,
      onProgress: ({ share, finished, total, running }) =>
        bar.show(share, `${finished}/${total} ${running.join(', ')}`),
    },
    { tokens, maxTokens, seed, sampling: defaultSampling(checkpoint) },
  ).finally(() => bar.end());
  return {
    rows: outcomes.flatMap((outcome) => ('result' in outcome ? [rowOf(outcome.result)] : [])),
    finish: () => failWith(outcomes),
  };
}

function rowOf({ placement, text, tokens, agree, klNats, decode }: Answer): Omit<PromptRow, 'same_text'> {
  const cost = decode && tokenCost({ batch: 1, ledger: decode.ledger, digitalUnit: { seconds: 0, joules: 0 } });
  return {
    placement,
    text,
    tokens: tokens.length,
    agreement: agree / tokens.length,
    kl_nats: klNats,
    seconds_per_token: cost?.secondsPerToken ?? null,
    joules_per_token: cost?.joulesPerToken ?? null,
    watts: cost?.watts ?? null,
  };
}

/** One after the other, so that no request shares a step and each pays for itself alone. */
async function served(
  { prompt, maxTokens, seed, checkpoint }: PromptOptions,
  url: string,
  subjects: readonly Subject[],
  signal: AbortSignal,
): Promise<Answers> {
  const bar = new ProgressBar('asking', process.stderr);
  const rows: Omit<PromptRow, 'same_text'>[] = [];
  try {
    for (const [i, { placement }] of subjects.entries()) {
      bar.show(i / subjects.length, placement.name);
      const request = {
        model: `${checkpoint.name}@${placement.name}`,
        messages: [{ role: 'user', content: prompt }],
        max_tokens: maxTokens,
        seed,
        ohmlight: { agreement: true },
      };
      const { text, tokens, agreement, klNats, secondsPerToken, joulesPerToken } = await ask(url, request, signal);
      rows.push({
        placement: placement.name,
        text,
        tokens,
        agreement,
        kl_nats: klNats,
        seconds_per_token: secondsPerToken,
        joules_per_token: joulesPerToken,
        watts: secondsPerToken === null || joulesPerToken === null ? null : joulesPerToken / secondsPerToken,
      });
    }
  } finally {
    bar.end();
  }
  return { rows, finish: () => {} };
}

function cells(row: PromptRow): string[] {
  return [
    row.placement,
    row.text.replace(/\s+/g, ' ').trim(),
    row.same_text === null ? '–' : row.same_text ? 'yes' : 'no',
    row.agreement === null ? '–' : `${(row.agreement * 100).toFixed(0)} %`,
    nats(row.kl_nats),
    significant(row.seconds_per_token === null ? null : row.seconds_per_token * 1e3),
    significant(row.joules_per_token === null ? null : row.joules_per_token * 1e3),
    significant(row.watts),
  ];
}
