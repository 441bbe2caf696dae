import { Command } from 'commander';
import type { Terminal } from '../terminal.js';
import type { ValidateOptions } from './validate.js';

/** `ohmlight validate`: published figures against ours. */
export function validateCommand(terminal: Terminal): Command {
  return new Command('validate')
    .description('hold the shipped profiles to published figures, row by row; exit code 1 when a row fails')
    .option('--json', 'one JSON object on standard output and nothing else')
    .option('--markdown <file...>', 'write the tables between the markers of these files')
    .addHelpText(
      'after',
      `
Examples:
  npx ohmlight validate
  npx ohmlight validate --json

docs/guides/validate.md says what the kinds of rows mean, and shows the tables. OHMLIGHT_PROFILES names other profiles.`,
    )
    .action(async (options: ValidateOptions) => {
      const { validate } = await import('./validate.js');
      await validate(options, terminal);
    });
}
