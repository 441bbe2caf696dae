import { join } from 'node:path';
import type { Command } from 'commander';
import { parseCheckpoint } from '../commands/options.js';
import { ROOT } from '../paths.js';
import { parseCount, parseSeconds } from './options.js';

/** Options of every command that evaluates placements on a text. */
export const withEvaluationOptions = (command: Command): Command =>
  command
    .option('--checkpoint <name=directory>', 'a Hugging Face directory; models/nano unless stated', (text: string) =>
      parseCheckpoint(text),
    )
    .option('--device-time <seconds>', 'read the devices so long after programming', parseSeconds)
    .option('--json', 'one JSON object on standard output and nothing else')
    .option('--workers <count>', 'processes; one per core unless stated', parseCount('processes', 256))
    .option('--no-cache', 'keep nothing and use nothing that was kept');

/** The checkpoint of `--checkpoint`, or the shipped one. */
export function checkpointOf(option: Readonly<Record<string, string>> | undefined): {
  readonly name: string;
  readonly directory: string;
} {
  const [name, directory] = Object.entries(option ?? { nano: join(ROOT, 'models', 'nano') })[0]!;
  return { name, directory };
}
