import { Command, Option } from 'commander';
import { parseSeed } from '../compare/options.js';
import type { Terminal } from '../terminal.js';
import { type CalibrateOptions, LAMBDAS, parseNames, parseRowCount, parseShares, QUANTILES, ROWS } from './options.js';

/** `ohmlight calibrate`: ranges and scales of a checkpoint on device profiles, from a text. */
export function calibrateCommand(terminal: Terminal): Command {
  return new Command('calibrate')
    .description('find input ranges, channel scales and ADC ranges of a checkpoint on device profiles, from a text')
    .option('--checkpoint <name>', 'a checkpoint of OHMLIGHT_CHECKPOINTS, or name=directory', 'nano')
    .option('--profiles <names>', 'device profiles separated by commas, or all analog ones', parseNames, ['all'])
    .option('--text <file>', 'a document a line, line feeds written \\n; nano has one of its own')
    .option(
      '--quantile <shares>',
      'shares of the activations that a static input range covers, each tried; none for none',
      parseShares(0.5),
      QUANTILES,
    )
    .option('--lambda <values>', 'λ of the channel scales, each tried; none for none', parseShares(0), LAMBDAS)
    .option('--rows <count>', 'rows of each matrix that errors are measured on', parseRowCount, ROWS)
    .addOption(
      new Option('--chip-seed <seed>', 'chip that errors are measured on').argParser(parseSeed).default(1n, '1'),
    )
    .option('--out <directory>', 'where to write, instead of the calibrations among the profiles')
    .option('--force', 'calibrate again what is calibrated already with the same options')
    .option('--json', 'one JSON object on standard output and nothing else')
    .addHelpText(
      'after',
      `
Examples:
  npx ohmlight calibrate
  npx ohmlight calibrate --profiles pcm-standard,rram-neurram-130nm
  npx ohmlight calibrate --checkpoint smol=/data/SmolLM2-135M --text sample.txt --lambda none

Running services read calibrations when they start. docs/guides/calibration.md tells what is found and what it buys.`,
    )
    .action(async (options: CalibrateOptions) => {
      const { calibrate } = await import('./calibrate.js');
      await calibrate(options, terminal);
    });
}
