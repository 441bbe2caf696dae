import { type Profiles, REFERENCE_PLACEMENT } from '@ohmlight/devices';
import { InvalidArgumentError } from 'commander';

/** What placements are evaluated on; several commands have these. */
export interface EvaluationOptions {
  readonly text?: string;
  readonly documents?: number;
  /** Seconds since programming. */
  readonly deviceTime?: number;
  /** Tokens that programming is spread over. */
  readonly amortise: number;
  readonly checkpoint: { readonly name: string; readonly directory: string };
  readonly json?: boolean;
  readonly workers?: number;
  /** False with `--no-cache`. */
  readonly cache: boolean;
}

export interface CompareOptions extends EvaluationOptions {
  readonly placements?: readonly string[];
  /** A known model, a config.json, or a directory that has one. */
  readonly shapes?: string;
  /** Placements that crossings are sought with. */
  readonly against?: readonly string[];
  /** Batches that crossings are sought among, ascending. */
  readonly batches?: readonly number[];
  /** Positions of each sequence, while whose attention runs devices wait; 2048, or all that the model has, unless stated. */
  readonly context?: number;
  /** Bytes of an element between the matmuls and of the KV cache. */
  readonly elementBytes?: number;
  readonly svg?: string;
  readonly prompt?: string;
  readonly maxTokens: number;
  readonly seed: bigint;
  readonly served?: string;
  readonly html?: string;
  readonly markdown?: readonly string[];
}

export const parseCount =
  (what: string, most = 1_000_000) =>
  (text: string): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < 1 || value > most)
      throw new InvalidArgumentError(`write a number of ${what} from 1 to ${most}.`);
    return value;
  };

/** Longest context that options take: more than any model has. */
export const MOST_POSITIONS = 2 ** 24;

export function parseElementBytes(text: string): number {
  if (!['1', '2', '4'].includes(text)) throw new InvalidArgumentError('write 1, 2 or 4.');
  return Number(text);
}

/** Seconds, with a decimal point or an exponent where wanted. */
export function parseSeconds(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < 0)
    throw new InvalidArgumentError('write seconds, 0 or more, like 86400 or 3.2e7.');
  return value;
}

/** Unsigned 64 bit. */
export function parseSeed(text: string): bigint {
  if (!/^\d{1,20}$/.test(text) || BigInt(text) >= 2n ** 64n)
    throw new InvalidArgumentError('write a whole number from 0 to 2^64 − 1.');
  return BigInt(text);
}

export function parsePromptText(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('write a prompt; this one is empty.');
  return text;
}

export function parseUrl(text: string): string {
  if (!URL.canParse(text) || !/^https?:/.test(text))
    throw new InvalidArgumentError("write the gateway's address, like http://127.0.0.1:8000.");
  return text.replace(/\/+$/, '');
}

/** Largest batch: costs of twice as many rows are whole numbers of conversions still. */
const LARGEST_BATCH = 2 ** 30;

/** `1,64,4096`, or `1..4096` for the powers of two from one to the other. */
export function parseBatches(text: string): number[] {
  const wrong = new InvalidArgumentError(
    `write batches from 1 to ${LARGEST_BATCH}, like 1,64,4096, or 1..4096 for powers of two.`,
  );
  const batches = text.split(',').flatMap((part) => {
    const [, from, to] = /^(\d{1,10})(?:\.\.(\d{1,10}))?$/.exec(part.trim()) ?? [];
    const [first, last] = [Number(from), Number(to ?? from)];
    if (from === undefined || first < 1 || last < first || last > LARGEST_BATCH) throw wrong;
    const list: number[] = [];
    for (let batch = first; batch <= last; batch *= 2) list.push(batch);
    return list;
  });
  return [...new Set(batches)].sort((a, b) => a - b);
}

/** The digital pool's placements that others are compared with unless told otherwise, as far as there are profiles of them. */
export const defaultOpponents = ({ placements }: Pick<Profiles, 'placements'>): string[] =>
  [REFERENCE_PLACEMENT, 'digital-bf16'].filter((name) => placements.has(name));

/** Tokens that programming is spread over unless told otherwise. */
export const AMORTISED_OVER = 1e9;

/** Tokens, with an exponent where wanted. */
export function parseTokens(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 1) || !Number.isFinite(value))
    throw new InvalidArgumentError('write a number of tokens, 1 or more, like 1e9.');
  return value;
}
