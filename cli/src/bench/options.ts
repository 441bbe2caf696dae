import { InvalidArgumentError } from 'commander';
import type { Shape } from './workload.js';

export const PATHS = ['portable', 'wide'] as const;
export type KernelPath = (typeof PATHS)[number];

export const PEER_NAMES = ['openblas', 'aihwkit'] as const;
export type PeerName = (typeof PEER_NAMES)[number];

export type Matrix = Omit<Shape, 'rows'>;

export interface TilesOptions {
  readonly json?: boolean;
  readonly check?: boolean;
  readonly rows: readonly number[];
  readonly matrices: readonly Matrix[];
  readonly threads: readonly number[];
  readonly rounds: number;
  /** False with `--no-peers`. */
  readonly peers: readonly PeerName[] | false;
  readonly python: string;
}

const TILE_ROWS = 256;
const TILE_ROWS_MOST = 1024;

/** One tile; AIHWKIT's own tile; a shard of several tiles, large enough to be shared among threads. */
export const MATRICES: readonly Matrix[] = [
  { k: 256, n: 256, tileRows: 256 },
  { k: 512, n: 512, tileRows: 512 },
  { k: 1024, n: 1024, tileRows: 256 },
];
export const ROWS: readonly number[] = [1, 48];
export const THREADS: readonly number[] = [1, 2];
export const ROUNDS = 100;

const integer = (text: string, least: number, most: number): number | undefined => {
  const value = Number(text);
  return /^\d+$/.test(text) && value >= least && value <= most ? value : undefined;
};

/** Parser of integers separated by commas. */
export const parseIntegers =
  (what: string, most: number) =>
  (text: string): number[] => {
    const values = text.split(',').map((part) => integer(part.trim(), 1, most));
    if (values.includes(undefined))
      throw new InvalidArgumentError(`write ${what} from 1 to ${most}, with commas between.`);
    return [...new Set(values as number[])];
  };

/** `256x256` or `512x512/512`: inputs × outputs, and inputs of a tile. */
export function parseMatrices(text: string): Matrix[] {
  return text.split(',').map((part) => {
    const [, k, n, tileRows] = /^(\d+)x(\d+)(?:\/(\d+))?$/.exec(part.trim()) ?? [];
    const matrix = {
      k: integer(k ?? '', 1, 65_536),
      n: integer(n ?? '', 1, 65_536),
      tileRows: integer(tileRows ?? String(TILE_ROWS), 1, TILE_ROWS_MOST),
    };
    if (!matrix.k || !matrix.n || !matrix.tileRows)
      throw new InvalidArgumentError(
        `write INPUTSxOUTPUTS or INPUTSxOUTPUTS/TILE, a tile of 1 to ${TILE_ROWS_MOST} inputs, with commas between.`,
      );
    return matrix as Matrix;
  });
}

export function parsePeers(text: string): PeerName[] {
  const names = text.split(',').map((name) => name.trim() as PeerName);
  if (!names.every((name) => PEER_NAMES.includes(name)))
    throw new InvalidArgumentError(`write names of ${PEER_NAMES.join(', ')}, with commas between.`);
  return [...new Set(names)];
}

export function parseRounds(text: string): number {
  const rounds = integer(text, 1, 100_000);
  if (!rounds) throw new InvalidArgumentError('write a number of rounds from 1 to 100000.');
  return rounds;
}
