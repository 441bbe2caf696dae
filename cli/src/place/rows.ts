import type { Operation } from '@ohmlight/contracts';
import { type Assignment, type Evaluation, perplexityOf, singleCost, type Slot } from '@ohmlight/evaluation';

/** A whole placement on the text of the search; docs/reference/cli.md describes the fields. */
export interface PlaceRow {
  readonly placement: string;
  readonly found: boolean;
  readonly within_budget: boolean;
  readonly kl_nats: number;
  readonly agreement: number;
  readonly perplexity: number;
  readonly seconds_per_token: number;
  readonly joules_per_token: number;
  /** Of it, what the digital unit takes: alike on every placement. */
  readonly digital_unit_joules: number;
  /** The rest: what the matrices take. */
  readonly matmul_joules: number;
}

export function placeRow(evaluation: Evaluation, budget: number, found: boolean): PlaceRow {
  const { secondsPerToken, joulesPerToken } = singleCost(evaluation);
  const digitalUnit = evaluation.decode.find(({ batch }) => batch === 1)!.digitalUnit.joules;
  return {
    placement: evaluation.placement,
    found,
    within_budget: evaluation.klNats <= budget,
    kl_nats: evaluation.klNats,
    agreement: evaluation.agreement,
    perplexity: perplexityOf(evaluation),
    seconds_per_token: secondsPerToken,
    joules_per_token: joulesPerToken,
    digital_unit_joules: digitalUnit,
    matmul_joules: joulesPerToken - digitalUnit,
  };
}

/** A matrix of the placement: where it runs, and what it alone does and costs there. */
export interface MatrixRow {
  readonly layer: number;
  readonly operation: Operation;
  readonly profile: string;
  readonly kl_nats: number;
  readonly joules: number;
  readonly choices: readonly { readonly profile: string; readonly kl_nats: number; readonly joules: number }[];
}

export const matrixRows = (slots: readonly Slot[], { choices }: Assignment): MatrixRow[] =>
  slots.map(({ layer, operation, choices: all }, i) => ({
    layer,
    operation,
    profile: choices[i]!.profile,
    kl_nats: choices[i]!.klNats,
    joules: choices[i]!.joules,
    choices: all.map(({ profile, klNats, joules }) => ({ profile, kl_nats: klNats, joules })),
  }));

/** The placement on another chip, on documents that the search did not read. */
export interface CheckRow {
  readonly chip_seed: string;
  readonly documents: number;
  readonly tokens: number;
  readonly kl_nats: number;
  readonly agreement: number;
  readonly within_budget: boolean;
}
