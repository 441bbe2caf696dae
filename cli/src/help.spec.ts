import { describe, expect, it } from 'vitest';
import { benchCommand } from './bench/command.js';
import { calibrateCommand } from './calibrate/command.js';
import { clockCommand, recalibrateCommand } from './commands/clock.js';
import { compareCommand } from './compare/command.js';
import { labCommand } from './lab/command.js';
import { placeCommand } from './place/command.js';
import { projectCommand } from './project/command.js';
import { sweepCommand } from './sweep/command.js';
import { processTerminal } from './terminal.js';
import { validateCommand } from './validate/command.js';

const terminal = processTerminal();
const commands = [
  benchCommand(terminal),
  calibrateCommand(terminal),
  clockCommand(terminal),
  compareCommand(terminal),
  labCommand(terminal),
  placeCommand(terminal),
  projectCommand(terminal),
  recalibrateCommand(terminal),
  sweepCommand(terminal),
  validateCommand(terminal),
];

describe('--help', () => {
  it.each(commands.map((command) => [command.name(), command] as const))('of %s names every option', (_, command) => {
    // A default that JSON cannot write, a bigint, needs words of its own.
    const help = command.helpInformation();
    const unnamed = command.options.filter(({ flags, hidden }) => !hidden && !help.includes(flags));
    expect(unnamed).toEqual([]);
  });
});
