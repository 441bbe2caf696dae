import { InvalidArgumentError } from 'commander';

export interface CalibrateOptions {
  /** `name` of a shipped checkpoint or `name=directory`. */
  readonly checkpoint: string;
  /** Names, or `all`. */
  readonly profiles: readonly string[];
  readonly text?: string;
  readonly quantile: readonly number[];
  readonly lambda: readonly number[];
  readonly rows: number;
  readonly chipSeed: bigint;
  readonly out?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

export const QUANTILES: readonly number[] = [0.99995];
export const LAMBDAS: readonly number[] = [0.5, 0.75];
export const ROWS = 256;

/** Parser of shares separated by commas; `none` is the empty list. */
export const parseShares =
  (least: number) =>
  (text: string): number[] => {
    if (text === 'none') return [];
    const values = text.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
    if (!values.every((value) => value >= least && value <= 1))
      throw new InvalidArgumentError(`write numbers from ${least} to 1 with commas between, or none.`);
    return [...new Set(values)];
  };

export function parseRowCount(text: string): number {
  const rows = Number(text);
  if (!/^\d+$/.test(text) || rows < 16 || rows > 65_536)
    throw new InvalidArgumentError('write a number of rows from 16 to 65536.');
  return rows;
}

export function parseNames(text: string): string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.includes('')) throw new InvalidArgumentError('write names separated by commas, or all.');
  return [...new Set(names)];
}
