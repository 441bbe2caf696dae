import { Command, Option } from 'commander';
import { parsePlacements } from '../commands/options.js';
import type { Terminal } from '../terminal.js';
import {
  AMORTISED_OVER,
  type CompareOptions,
  MOST_POSITIONS,
  parseBatches,
  parseCount,
  parseElementBytes,
  parsePromptText,
  parseSeed,
  parseTokens,
  parseUrl,
} from './options.js';
import { checkpointOf, withEvaluationOptions } from './shared-options.js';

interface RawOptions extends Omit<CompareOptions, 'checkpoint'> {
  readonly checkpoint?: Readonly<Record<string, string>>;
}

/** `ohmlight compare`: what the placements make of a text or a prompt, and what they would cost. */
export function compareCommand(terminal: Terminal): Command {
  const command = new Command('compare')
    .description(
      'compare placements: accuracy on a text, modelled time and energy per token; or their answers to a prompt',
    )
    .option(
      '--placements <names>',
      'placements or device profiles, separated by commas; all unless stated',
      parsePlacements,
    )
    .addOption(
      new Option('--text <file>', 'text to score, one document a line; the held-out stories unless stated').conflicts(
        'prompt',
      ),
    )
    .option('--documents <count>', 'score only the first documents of the text', parseCount('documents'))
    .option('--prompt <text>', 'compare answers to this chat message instead', parsePromptText)
    .option('--max-tokens <count>', 'with --prompt: most tokens of an answer', parseCount('tokens', 1_000_000), 32)
    .addOption(
      new Option('--seed <number>', 'with --prompt: seed of noise and draws').argParser(parseSeed).default(10n, '10'),
    )
    .option('--served <url>', 'with --prompt: ask a running gateway instead of this process', parseUrl)
    .addOption(
      new Option(
        '--shapes <model>',
        'compare costs by batch from shapes alone: of a model that project knows, a config.json, or a directory that has it',
      ).conflicts(['text', 'documents', 'prompt', 'served', 'deviceTime', 'checkpoint']),
    )
    .option(
      '--against <names>',
      'placements whose batches of equal cost are sought; the digital pool unless stated',
      parsePlacements,
    )
    .option('--batches <list>', 'batches to seek them among, like 1,64,4096 or 1..1048576', parseBatches)
    .option(
      '--context <count>',
      'positions of each sequence, for the time that devices wait for the digital unit; 2048, or all that the model has, unless stated',
      parseCount('positions', MOST_POSITIONS),
    )
    .option(
      '--element-bytes <count>',
      'bytes of an element of the KV cache and between the matrices; 4, as served models have, unless stated',
      parseElementBytes,
    )
    .option('--amortise <tokens>', 'tokens that the energy of programming is spread over', parseTokens, AMORTISED_OVER)
    .option('--svg <file>', 'with --shapes: write the plot')
    .option('--html <file>', 'write a report with plots, one file')
    .option('--markdown <file...>', 'write the table between the markers of these files');
  return withEvaluationOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  npx ohmlight compare
  npx ohmlight compare --placements digital-fp32,pcm-standard --documents 4 --html report.html
  npx ohmlight compare --text stories.txt --json
  npx ohmlight compare --shapes models/nano --against digital-fp32 --batches 1..4096
  npx ohmlight compare --prompt 'Tell me a story about a fox and a lantern'
  npx ohmlight compare --prompt 'Tell me a story' --served http://127.0.0.1:8000

Finished placements are kept under \${XDG_CACHE_HOME:-~/.cache}/ohmlight/compare: an interrupted run goes on where
it was. OHMLIGHT_PROFILES, OHMLIGHT_SHARD_COLUMNS and OHMLIGHT_CHIP_SEED mean what they mean to the services.
docs/guides/compare.md says how the figures are taken.`,
    )
    .action(async ({ checkpoint, ...options }: RawOptions) => {
      const { compare } = await import('./compare.js');
      await compare({ ...options, checkpoint: checkpointOf(checkpoint) }, terminal);
    });
}
