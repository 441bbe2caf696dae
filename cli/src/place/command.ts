import { Command } from 'commander';
import { parsePlacements } from '../commands/options.js';
import { parseCount } from '../compare/options.js';
import { checkpointOf, withEvaluationOptions } from '../compare/shared-options.js';
import type { Terminal } from '../terminal.js';
import { parseAmount, parseBudget, parseName, type PlaceOptions } from './options.js';

interface RawOptions extends Omit<PlaceOptions, 'checkpoint'> {
  readonly checkpoint?: Readonly<Record<string, string>>;
}

/** `ohmlight place`: the placement of least energy within a divergence from the reference. */
export function placeCommand(terminal: Terminal): Command {
  const command = new Command('place')
    .description('search for the placement of least energy that keeps to a budget, and write it as a file that serves')
    .requiredOption('--budget <kl=nats>', 'most KL from the reference, nats', parseBudget)
    .option('--candidates <profiles>', 'device profiles to choose from, separated by commas', parsePlacements)
    .option('--name <placement>', 'name of the placement; placed-CHECKPOINT unless stated', parseName)
    .option('--force', 'write over a placement that this command did not write')
    .option('--text <file>', 'text to measure on, one document a line; the held-out stories unless stated')
    .option('--documents <count>', 'documents that the search measures on', parseCount('documents'), 4)
    .option(
      '--check-documents <count>',
      'documents behind them that it is checked on',
      parseAmount('documents', 1e6),
      4,
    )
    .option('--check-chips <count>', 'other chip seeds that it is checked on', parseAmount('chips', 64), 3)
    .option('--html <file>', 'write a report with plots, one file');
  return withEvaluationOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  npx ohmlight place --budget kl=0.05
  npx ohmlight place --budget kl=0.002 --candidates pcm-standard,rram-puma-32nm,digital-fp32 --name careful
  npx ohmlight up --placements careful

The file goes to placements/ among the profiles (OHMLIGHT_PROFILES). What is measured is kept as compare keeps it: an
interrupted search goes on where it was. docs/guides/place.md tells how the search goes and what came out.`,
    )
    .action(async ({ checkpoint, ...options }: RawOptions) => {
      const { place } = await import('./place.js');
      await place({ ...options, checkpoint: checkpointOf(checkpoint) }, terminal);
    });
}
