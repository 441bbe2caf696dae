import { Command } from 'commander';
import { parseCount } from '../compare/options.js';
import { checkpointOf, withEvaluationOptions } from '../compare/shared-options.js';
import type { Terminal } from '../terminal.js';
import { parseVary, type Axis } from './axis.js';
import type { SweepOptions } from './options.js';

interface RawOptions extends Omit<SweepOptions, 'checkpoint' | 'csv' | 'html'> {
  readonly checkpoint?: Readonly<Record<string, string>>;
  /** False with `--no-csv`, `--no-html`. */
  readonly csv?: string | false;
  readonly html?: string | false;
}

/** `ohmlight sweep`: a device profile with other values of its fields, all combinations. */
export function sweepCommand(terminal: Terminal): Command {
  const command = new Command('sweep')
    .description(
      'vary fields of a device profile: accuracy and modelled cost of every combination, and the Pareto front',
    )
    .requiredOption('--profile <name>', 'device profile')
    .requiredOption<Axis[]>('--vary <field=values>', 'a field and its values; repeatable', parseVary)
    .option('--placement <name>', 'placement in which the profile is varied; the profile for everything unless stated')
    .option('--text <file>', 'text to score, one document a line; the held-out stories unless stated')
    .option('--documents <count>', 'score only the first documents of the text', parseCount('documents'))
    .option('--csv <file>', 'the points as CSV; sweep-PROFILE.csv unless stated')
    .option('--no-csv', 'write no CSV')
    .option('--html <file>', 'a page with the Pareto plot; sweep-PROFILE.html unless stated')
    .option('--no-html', 'write no page');
  return withEvaluationOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  npx ohmlight sweep --profile pcm-standard --vary adc.bits=4..10 --vary array.rows=64,128,256 --documents 2
  npx ohmlight sweep --profile crossbar-basic --vary wire_resistance=0.1..10*10 --vary adc_bits=6,8 --json

Values: 4..10, with a step 0..1+0.25 or a factor 1e-6..1e-4*10, lists of numbers or words. Fields are those of
docs/reference/devices; dots are read as underscores, array.rows as tile_rows. Finished points are kept: a sweep that
was cut off goes on where it was. docs/guides/sweep.md shows one.`,
    )
    .action(async ({ checkpoint, csv, html, ...options }: RawOptions) => {
      const { sweep } = await import('./sweep.js');
      const file = (option: string | false | undefined, ending: string): string | undefined =>
        option === false ? undefined : (option ?? `sweep-${options.profile}.${ending}`);
      const files = { csv: file(csv, 'csv'), html: file(html, 'html') };
      await sweep(
        {
          ...options,
          ...(files.csv !== undefined && { csv: files.csv }),
          ...(files.html !== undefined && { html: files.html }),
          checkpoint: checkpointOf(checkpoint),
        },
        terminal,
      );
    });
}
