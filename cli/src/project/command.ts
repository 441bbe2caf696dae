import { KNOWN_MODELS } from '@ohmlight/projection';
import { Command } from 'commander';
import { parsePlacements } from '../commands/options.js';
import type { Terminal } from '../terminal.js';
import { AMORTISED_OVER, MOST_POSITIONS, parseCount, parseElementBytes, parseTokens } from '../compare/options.js';
import { parseCounts, type ProjectOptions } from './options.js';

/** `ohmlight project`: what a model of any size would cost, from its shapes alone. */
export function projectCommand(terminal: Terminal): Command {
  return new Command('project')
    .description('what a large model would cost on the placements, from the shapes of its matrices alone')
    .requiredOption(
      '--model <name>',
      `${Object.keys(KNOWN_MODELS).join(', ')}, or the path of a config.json or of its directory`,
    )
    .option(
      '--batch <counts>',
      'sequences that decode side by side, separated by commas',
      parseCounts('sequences', 4096),
      [1, 64],
    )
    .option(
      '--context <counts>',
      'positions of each sequence, separated by commas; 2048, or all that the model has, unless stated',
      parseCounts('positions', MOST_POSITIONS),
    )
    .option(
      '--placements <names>',
      'placements or device profiles; all that fuse nothing unless stated',
      parsePlacements,
    )
    .option(
      '--against <names>',
      'digital placements that the others are held against; h200, or the first digital one, unless stated',
      parsePlacements,
    )
    .option(
      '--devices <count>',
      'accelerators or optical engines to divide matrices over',
      parseCount('devices', 4096),
      1,
    )
    .option(
      '--chips <count>',
      'chips that there are for weights that stay; as many as it takes unless stated',
      parseCount('chips'),
    )
    .option('--amortise <tokens>', 'tokens that programming is spread over', parseTokens, AMORTISED_OVER)
    .option(
      '--element-bytes <count>',
      'bytes of an element of the KV cache and between the matrices',
      parseElementBytes,
      2,
    )
    .option('--html <file>', 'write a report with plots, one file')
    .option('--svg <file>', 'write the plot of energy and time against batch')
    .option('--markdown <file...>', 'write the tables between the markers of these files')
    .option('--json', 'one JSON object on standard output and nothing else')
    .addHelpText(
      'after',
      `
Examples:
  npx ohmlight project --model llama-3.1-8b
  npx ohmlight project --model llama-3.1-70b --batch 1,8,64 --context 2048,32768 --html report.html
  npx ohmlight project --model mixtral-8x7b --placements h200,pcm-hermes-14nm,homodyne-tfln --json
  npx ohmlight project --model models/nano

docs/guides/project.md says what is assumed, and what came out.`,
    )
    .action(async (options: ProjectOptions) => {
      const { projectModel } = await import('./project.js');
      await projectModel(options, terminal);
    });
}
