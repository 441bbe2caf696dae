import { renderTable, significant } from '../table.js';
import type { Terminal } from '../terminal.js';
import { type Answer, ask, demoRequest } from './ask.js';

const COLUMNS = [
  { title: 'placement' },
  { title: 'text', wraps: true },
  { title: 'ms/token', align: 'right' },
  { title: 'mJ/token', align: 'right' },
  { title: 'W', align: 'right' },
  { title: 'agreement', align: 'right' },
] as const;

/** Sends one prompt to every model at once and prints how the placements compare. */
export async function demonstrate(
  url: string,
  models: readonly string[],
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  const { messages, seed } = demoRequest('');
  terminal.status(`asking ${models.join(', ')} …`);
  const answers = await Promise.all(models.map((model) => ask(url, demoRequest(model), signal)));
  terminal.line(`\n"${messages[0]!.content}" (seed ${seed}), modelled time and energy per generated token:\n`);
  for (const line of renderTable(COLUMNS, answers.map(row), terminal.columns)) terminal.line(line);
}

function row({ model, text, secondsPerToken, joulesPerToken, watts, agreement }: Answer): string[] {
  return [
    model,
    text.replace(/\s+/g, ' ').trim(),
    significant(secondsPerToken === null ? null : secondsPerToken * 1e3),
    significant(joulesPerToken === null ? null : joulesPerToken * 1e3),
    significant(watts),
    agreement === null ? '–' : `${(agreement * 100).toFixed(0)} %`,
  ];
}

/** A line for the shell that asks the same of one model, streamed. */
export function curlLine(url: string, model: string): string {
  const body = { model, messages: demoRequest(model).messages, stream: true };
  return `curl -N ${url}/v1/chat/completions -H 'content-type: application/json' -d '${JSON.stringify(body)}'`;
}
