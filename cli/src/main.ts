import { OhmlightError, VERSION } from '@ohmlight/contracts';
import { Command, Option } from 'commander';
import { benchCommand } from './bench/command.js';
import { clockCommand, recalibrateCommand } from './commands/clock.js';
import { calibrateCommand } from './calibrate/command.js';
import { supervise } from './commands/detach.js';
import { down } from './commands/down.js';
import { Interrupted } from './commands/interrupt.js';
import {
  ONE_CORE_EACH,
  parseCheckpoint,
  parseCores,
  parsePlacements,
  parsePort,
  type UpOptions,
} from './commands/options.js';
import { status } from './commands/status.js';
import { up } from './commands/up.js';
import { compareCommand } from './compare/command.js';
import { Failure } from './failure.js';
import { labCommand } from './lab/command.js';
import { projectCommand } from './project/command.js';
import { DEFAULT_PLACEMENTS } from './supervisor/plan.js';
import { placeCommand } from './place/command.js';
import { sweepCommand } from './sweep/command.js';
import { processTerminal } from './terminal.js';
import { validateCommand } from './validate/command.js';

const terminal = processTerminal();
const program = new Command('ohmlight')
  .description('Serves a language model on emulated analog and optical hardware, behind an OpenAI-style endpoint.')
  .version(VERSION)
  .showHelpAfterError('(see --help)');

program
  .command('up')
  .description('start Redis, the cores, the dispatcher and the gateway, and stay until Ctrl-C')
  .option('-d, --detach', 'return once everything is ready; `ohmlight down` stops it')
  .addOption(new Option('--port <port>', "the gateway's port").env('OHMLIGHT_PORT').default(8000).argParser(parsePort))
  .addOption(
    new Option('--placements <names>', 'placements to program at start-up and to compare, separated by commas')
      .default(DEFAULT_PLACEMENTS, DEFAULT_PLACEMENTS.join(','))
      .argParser(parsePlacements),
  )
  .addOption(
    new Option('--cores <pool=count>', 'cores of a pool: electronic, optical or digital; repeatable')
      .default(ONE_CORE_EACH, 'one of each')
      .argParser(parseCores),
  )
  .option(
    '--checkpoint <name=directory>',
    'serve this Hugging Face directory instead of models/nano; repeatable',
    parseCheckpoint,
  )
  .option('--no-demo', 'send no prompt after the start')
  .addHelpText(
    'after',
    `
Examples:
  npm start
  npm start -- --detach --port 9000
  npx ohmlight up --cores electronic=2 --no-demo
  npx ohmlight up --checkpoint smol=/data/SmolLM2-135M --placements digital-fp32,hybrid

Environment: REDIS_URL uses a running Redis instead of a private one; OHMLIGHT_HOST is the address to
listen on; the other OHMLIGHT_* variables reach the services. docs/reference/cli.md lists them.`,
  )
  .action((options: UpOptions) => up(options, terminal));

program
  .command('status')
  .description('show what runs; exit code 0 when all is up, 1 when a part is not, 3 when nothing runs')
  .option('--json', 'one JSON object')
  .addHelpText('after', '\nExamples:\n  npx ohmlight status\n  npx ohmlight status --json')
  .action(async (options: { json?: boolean }) => {
    process.exitCode = await status(options, terminal);
  });

program
  .command('down')
  .description('stop what runs, and wait until it has ended')
  .addHelpText('after', '\nExample:\n  npx ohmlight down')
  .action(() => down(terminal));

program.addCommand(compareCommand(terminal));
program.addCommand(projectCommand(terminal));
program.addCommand(validateCommand(terminal));
program.addCommand(sweepCommand(terminal));
program.addCommand(placeCommand(terminal));
program.addCommand(benchCommand(terminal));
program.addCommand(labCommand(terminal));
program.addCommand(calibrateCommand(terminal));
program.addCommand(clockCommand(terminal));
program.addCommand(recalibrateCommand(terminal));

program.command('supervise', { hidden: true }).action(supervise);

/** Exit code of a command that a signal ended before it was done, as a shell writes SIGINT. */
const INTERRUPTED = 130;

try {
  await program.parseAsync();
} catch (error) {
  terminal.status('');
  if (error instanceof Interrupted) process.exitCode = INTERRUPTED;
  else if (error instanceof Failure) {
    process.stderr.write(`ohmlight: ${error.message}\n`);
    process.exitCode = error.exitCode;
  } else if (error instanceof OhmlightError && error.code !== 'internal_error') {
    process.stderr.write(`ohmlight: ${error.message}\n`);
    process.exitCode = 1;
  } else throw error;
}
