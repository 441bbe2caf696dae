import {
  type Component,
  dataMovementShare,
  joulesBand,
  type Ledger,
  notArithmeticShare,
  type Operation,
  type Pool,
  profileFor,
  totalJoules,
} from '@ohmlight/contracts';
import {
  type Evaluation,
  isCalibrated,
  perplexityOf,
  singleCost,
  snrByOperation,
  type Subject,
  tokenCost,
} from '@ohmlight/evaluation';
import { AMORTISED_OVER } from './options.js';
import type { CrossingRow } from './crossings.js';

interface Cost {
  readonly seconds: number;
  readonly joules: number;
  readonly joules_low: number;
  readonly joules_high: number;
  readonly joules_by_component: Partial<Record<Component, number>>;
  readonly macs: number;
  readonly dac_conversions: number;
  readonly adc_conversions: number;
  readonly bytes_moved: number;
}

/** One placement on a text; docs/reference/cli.md describes the fields. */
export interface CompareRow {
  readonly placement: string;
  /** Of its device profile; `mixed` where its operations run on several pools. */
  readonly pool: Pool | 'mixed';
  readonly description: string;
  /** Whether calibrations of the checkpoint were used. */
  readonly calibrated: boolean;
  readonly tokens: number;
  readonly perplexity: number;
  readonly perplexity_ratio: number | null;
  readonly kl_nats: number;
  readonly agreement: number;
  readonly snr_decibels: Partial<Record<Operation, number>>;
  readonly errors: readonly {
    readonly layer: number;
    readonly operation: Operation;
    readonly rows: number;
    readonly snr_decibels: number;
    readonly relative_error: number;
    readonly cosine: number;
  }[];
  readonly seconds_per_token: number;
  readonly tokens_per_second: number;
  readonly joules_per_token: number;
  readonly joules_per_token_low: number;
  readonly joules_per_token_high: number;
  readonly joules_by_component: Partial<Record<Component, number>>;
  /** Shares of `joules_per_token`. */
  readonly data_movement_share: number;
  readonly not_arithmetic_share: number;
  /** Programming, spread over `amortised_over` tokens; beside `joules_per_token`, not in it. */
  readonly programming_joules_per_token: number;
  readonly amortised_over: number;
  readonly watts: number;
  readonly tops_per_watt: number;
  readonly square_metres: number | null;
  readonly shards: number;
  readonly tiles: number | null;
  /** Chips that have these tiles, as parts of one; null where a profile is no chip. */
  readonly chips: number | null;
  readonly batches: readonly {
    readonly batch: number;
    readonly seconds: number;
    readonly tokens_per_second: number;
    readonly joules_per_token: number;
    readonly digital_unit_seconds: number;
    readonly digital_unit_joules: number;
  }[];
  /** With each placement of the digital pool that was asked for; empty where its cost follows from activations too. */
  readonly crossing: readonly CrossingRow[];
  readonly run: Cost;
  readonly digital_unit: Cost;
  readonly programming: Cost;
}

const costOf = (ledger: Ledger): Cost => ({
  seconds: ledger.seconds,
  joules: totalJoules(ledger.joules),
  joules_low: joulesBand(ledger).low,
  joules_high: joulesBand(ledger).high,
  joules_by_component: ledger.joules,
  macs: ledger.macs,
  dac_conversions: ledger.dacConversions,
  adc_conversions: ledger.adcConversions,
  bytes_moved: ledger.bytesMoved,
});

/** The pool of the devices that the matrices ran on. */
function poolOf({ devices, placement }: Subject, errors: Evaluation['errors']): Pool | 'mixed' {
  const pools = new Set(
    errors.map(({ layer, operation }) => devices[profileFor(placement.rules, layer, operation)!]!.pool),
  );
  return pools.size === 1 ? [...pools][0]! : 'mixed';
}

/** @param reference Perplexity of the reference on the same text, where it was measured. */
export function rowOf(
  subject: Subject,
  evaluation: Evaluation,
  reference: number | undefined,
  crossing: readonly CrossingRow[] = [],
  amortisedOver: number = AMORTISED_OVER,
): CompareRow {
  const { tokens, klNats, agreement, errors, decode, residency, ledger, digitalUnit } = evaluation;
  const perplexity = perplexityOf(evaluation);
  const single = decode.find(({ batch }) => batch === 1)!.ledger;
  const band = joulesBand(single);
  const { secondsPerToken, tokensPerSecond, joulesPerToken, watts, topsPerWatt } = singleCost(evaluation);
  return {
    placement: subject.placement.name,
    pool: poolOf(subject, errors),
    description: subject.placement.description,
    calibrated: isCalibrated(subject),
    tokens,
    perplexity,
    perplexity_ratio: reference === undefined ? null : perplexity / reference,
    kl_nats: klNats,
    agreement,
    snr_decibels: Object.fromEntries(snrByOperation(errors)),
    errors: errors.map(({ layer, operation, rows, snrDecibels, relativeError, cosine }) => ({
      layer,
      operation,
      rows,
      snr_decibels: snrDecibels,
      relative_error: relativeError,
      cosine,
    })),
    seconds_per_token: secondsPerToken,
    tokens_per_second: tokensPerSecond,
    joules_per_token: joulesPerToken,
    joules_per_token_low: band.low,
    joules_per_token_high: band.high,
    joules_by_component: single.joules,
    data_movement_share: dataMovementShare(single.joules),
    not_arithmetic_share: notArithmeticShare(single.joules),
    programming_joules_per_token: totalJoules(residency.ledger.joules) / amortisedOver,
    amortised_over: amortisedOver,
    watts,
    tops_per_watt: topsPerWatt,
    square_metres: residency.squareMetres,
    shards: residency.shards,
    tiles: residency.tiles,
    chips: residency.chips,
    batches: decode.map((cost) => ({
      batch: cost.batch,
      seconds: cost.ledger.seconds,
      tokens_per_second: tokenCost(cost).tokensPerSecond,
      joules_per_token: tokenCost(cost).joulesPerToken,
      digital_unit_seconds: cost.digitalUnit.seconds,
      digital_unit_joules: cost.digitalUnit.joules,
    })),
    crossing,
    run: costOf(ledger),
    digital_unit: costOf(digitalUnit),
    programming: costOf(residency.ledger),
  };
}
