import { type Operation, totalJoules } from '@ohmlight/contracts';
import type { BatchCost } from './batch-cost.js';
import type { OperationError } from './error-sums.js';
import type { Evaluation } from './evaluator.js';

/** What a decode step comes to per token. */
export interface TokenCost {
  /** Until every sequence of the batch has its next token. */
  readonly secondsPerToken: number;
  /** Of all sequences together. */
  readonly tokensPerSecond: number;
  readonly joulesPerToken: number;
  readonly watts: number;
  /** 2·MACs of the matmuls per joule of everything, in 10¹². */
  readonly topsPerWatt: number;
}

export function tokenCost({ batch, ledger }: BatchCost): TokenCost {
  const joules = totalJoules(ledger.joules);
  return {
    secondsPerToken: ledger.seconds,
    tokensPerSecond: batch / ledger.seconds,
    joulesPerToken: joules / batch,
    watts: joules / ledger.seconds,
    topsPerWatt: (2 * ledger.macs) / joules / 1e12,
  };
}

/** The cost of a decode step of one row. */
export const singleCost = ({ decode }: Evaluation): TokenCost => tokenCost(decode.find(({ batch }) => batch === 1)!);

export const perplexityOf = ({ nats }: Pick<Evaluation, 'nats'>): number => Math.exp(nats);

/**
 * Signal-to-noise ratio of each operation over its layers, dB: from the mean over the layers of relative error
 * squared, so that every layer counts alike whatever the size of its outputs.
 */
export function snrByOperation(errors: readonly OperationError[]): Map<Operation, number> {
  const squares = new Map<Operation, number[]>();
  for (const { operation, relativeError } of errors)
    squares.set(operation, [...(squares.get(operation) ?? []), relativeError ** 2]);
  return new Map([...squares].map(([operation, list]) => [operation, decibels(list)]));
}

function decibels(squares: readonly number[]): number {
  const mean = squares.reduce((sum, square) => sum + square, 0) / squares.length;
  return Math.min(180, -10 * Math.log10(Math.max(mean, 1e-18)));
}
