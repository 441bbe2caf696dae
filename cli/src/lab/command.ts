import { type AnyExperiment, EXPERIMENTS, flagOf, type OptionSpec } from '@ohmlight/lab';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Terminal } from '../terminal.js';

/** Options that every experiment has. */
export interface LabOptions {
  readonly json?: boolean;
  readonly out?: string;
  readonly [name: string]: unknown;
}

const shown = (value: unknown): string => (Array.isArray(value) ? value.join(',') : String(value));

/** An option of an experiment as the command line's. */
function optionOf(name: string, spec: OptionSpec): Option {
  const option = new Option(`--${flagOf(name)} ${spec.placeholder}`, spec.meaning);
  const parse = (text: string): unknown => {
    try {
      return spec.parse(text);
    } catch (error) {
      throw new InvalidArgumentError((error as Error).message);
    }
  };
  if (spec.repeats)
    return option
      .default(spec.fallback, 'none')
      .argParser((text, before: unknown) => [...(before as unknown[]), ...(parse(text) as unknown[])]);
  return option.default(spec.fallback, shown(spec.fallback)).argParser(parse);
}

function experimentCommand(experiment: AnyExperiment, terminal: Terminal): Command {
  const command = new Command(experiment.name).description(experiment.summary);
  for (const [name, spec] of Object.entries(experiment.options)) command.addOption(optionOf(name, spec));
  return command
    .option('--out <file.svg>', 'where the picture goes', `lab-${experiment.name}.svg`)
    .option('--json', 'one JSON object on standard output and nothing else')
    .addHelpText('after', `\nExamples:\n${experiment.examples.map((example) => `  ${example}`).join('\n')}`)
    .action(async (options: LabOptions) => {
      const { runExperiment } = await import('./run.js');
      await runExperiment(experiment, options, terminal);
    });
}

/** `ohmlight lab`: experiments on single circuits and devices, each with its numbers and a picture. */
export function labCommand(terminal: Terminal): Command {
  const lab = new Command('lab').description('experiments on single circuits and devices, with numbers and a picture');
  for (const experiment of EXPERIMENTS) lab.addCommand(experimentCommand(experiment, terminal));
  return lab;
}
