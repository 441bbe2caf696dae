import { Command } from 'commander';
import type { Terminal } from '../terminal.js';
import {
  MATRICES,
  parseIntegers,
  parseMatrices,
  parsePeers,
  parseRounds,
  PEER_NAMES,
  ROUNDS,
  ROWS,
  THREADS,
  type TilesOptions,
} from './options.js';

/** `ohmlight bench`: how fast the emulation is. */
export function benchCommand(terminal: Terminal): Command {
  const bench = new Command('bench').description('measure how fast the emulation is on this machine');
  bench
    .command('tiles')
    .description("measure the tile engine's kernels side by side with OpenBLAS and AIHWKIT")
    .option('--json', 'one JSON object on standard output and nothing else')
    .option('--check', 'measure nothing: compare every path with the TypeScript reference, bit by bit')
    .option('--rows <counts>', 'rows of a call, separated by commas', parseIntegers('rows', 4096), ROWS)
    .option(
      '--matrices <list>',
      'INPUTSxOUTPUTS or INPUTSxOUTPUTS/TILE, a tile of 256 inputs unless stated',
      parseMatrices,
      MATRICES,
    )
    .option('--threads <counts>', 'threads of a call, separated by commas', parseIntegers('threads', 64), THREADS)
    .option('--rounds <count>', 'samples of each figure', parseRounds, ROUNDS)
    .option('--peers <names>', 'peers to measure beside', parsePeers, [...PEER_NAMES])
    .option('--no-peers', 'measure no peers, install nothing')
    .option('--python <path>', 'the Python that the peers are installed for', 'python3')
    .addHelpText(
      'after',
      `
Examples:
  npx ohmlight bench tiles
  npx ohmlight bench tiles --no-peers --rounds 10
  npx ohmlight bench tiles --rows 1,4,16,48 --matrices 256x256,512x512/512 --peers openblas --json
  npx ohmlight bench tiles --check

The first run installs the peers from a package index into virtual environments of their own: numpy with
OpenBLAS, and AIHWKIT with torch, which is large. docs/guides/benchmarks.md says how figures are taken.`,
    )
    .action(async (options: TilesOptions) => {
      const { benchTiles } = await import('./tiles.js');
      await benchTiles(options, terminal);
    });
  return bench;
}
