import { type Energy, type OhmlightError, joulesBand, totalJoules } from '@ohmlight/contracts';
import { type Agreement, perplexityRatio } from '../compare/agreement.js';
import type { PhaseError } from '../compare/request-errors.js';
import type { Generation } from '../engine/generation.js';

/** `usage` of a response, as OpenAI's. */
export interface Usage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
}

export function usageOf({ promptTokens, completionTokens }: Generation): Usage {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
  };
}

export interface AgreementReport {
  readonly checked: number;
  readonly agree: number;
  readonly ratio: number | null;
  readonly kl_nats: number | null;
  readonly log_likelihood_difference_nats: number | null;
  readonly perplexity_ratio: number | null;
  readonly error?: { readonly code: string; readonly message: string };
}

export interface ErrorsReport {
  readonly by_operation: readonly PhaseError[];
  readonly error?: { readonly code: string; readonly message: string };
}

/** The `ohmlight` object beside `usage`; docs/reference/api.md tells every field. */
export interface OhmlightReport {
  readonly placement: string;
  readonly seed: unknown;
  readonly device_time_s: number | null;
  readonly calibrated_at_s: number | null;
  /** By device profile that ages. */
  readonly device_times: Readonly<Record<string, { device_time_s: number; calibrated_at_s: number | null }>>;
  readonly modelled: {
    readonly seconds: number;
    readonly joules: number;
    readonly joules_low: number;
    readonly joules_high: number;
    readonly joules_by_component: Energy;
    readonly seconds_per_token: number | null;
    readonly joules_per_token: number | null;
    readonly watts: number | null;
    readonly reloads: number;
    readonly reload_seconds: number;
    readonly digital_unit: { readonly seconds: number; readonly joules: number };
  };
  readonly wall: {
    readonly seconds: number;
    readonly time_to_first_token_seconds: number | null;
    readonly seconds_per_token: number | null;
    readonly queue: number;
    readonly grpc: number;
    readonly engine: number;
    readonly digital_unit: number;
  };
  readonly steps: number;
  readonly phases: number;
  readonly jobs: number;
  readonly macs: number;
  readonly agreement?: AgreementReport;
  readonly errors?: ErrorsReport;
}

/** A generation's account so far; whole once the generation is over. */
export function reportOf(
  generation: Generation,
  agreement?: Agreement | OhmlightError,
  errors?: readonly PhaseError[] | OhmlightError,
): OhmlightReport {
  const { request, cost, arrivedAt, firstTokenAt, endedAt } = generation;
  const { ledger, decode, digitalUnit, wall } = cost;
  const joules = totalJoules(ledger.joules);
  const band = joulesBand(ledger);
  const end = endedAt ?? performance.now();
  const later = generation.completionTokens - generation.sequences.length;
  return {
    placement: request.placement,
    seed: seedNumber(request.seed),
    device_time_s: request.times.deviceTime,
    calibrated_at_s: request.times.calibratedAt,
    device_times: Object.fromEntries(
      [...request.times.byProfile].map(([profile, { deviceTime, calibratedAt }]) => [
        profile,
        { device_time_s: deviceTime, calibrated_at_s: calibratedAt ?? null },
      ]),
    ),
    modelled: {
      seconds: ledger.seconds,
      joules,
      joules_low: band.low,
      joules_high: band.high,
      joules_by_component: { ...ledger.joules },
      seconds_per_token: ratio(decode.seconds, decode.tokens),
      joules_per_token: ratio(decode.joules, decode.tokens),
      watts: ratio(joules, ledger.seconds),
      reloads: ledger.reloads,
      reload_seconds: ledger.reloadSeconds,
      digital_unit: { ...digitalUnit },
    },
    wall: {
      seconds: (end - arrivedAt) / 1000,
      time_to_first_token_seconds: firstTokenAt === undefined ? null : (firstTokenAt - arrivedAt) / 1000,
      seconds_per_token:
        firstTokenAt === undefined || later < 1
          ? null
          : ((end - firstTokenAt) / 1000 / later) * generation.sequences.length,
      queue: wall.queue,
      grpc: wall.grpc,
      engine: wall.engine,
      digital_unit: wall.digitalUnit,
    },
    steps: cost.steps,
    phases: cost.phases,
    jobs: cost.jobs,
    macs: Math.round(ledger.macs),
    ...(agreement && { agreement: agreementReport(agreement) }),
    ...(errors && { errors: errorsReport(errors) }),
  };
}

function errorsReport(errors: readonly PhaseError[] | OhmlightError): ErrorsReport {
  if (!(errors instanceof Error)) return { by_operation: errors };
  const { code, message } = errors;
  return { by_operation: [], error: { code, message } };
}

function agreementReport(agreement: Agreement | OhmlightError): AgreementReport {
  if (agreement instanceof Error) {
    const { code, message } = agreement;
    return {
      checked: 0,
      agree: 0,
      ratio: null,
      kl_nats: null,
      log_likelihood_difference_nats: null,
      perplexity_ratio: null,
      error: { code, message },
    };
  }
  const { checked, agree, klSum, klPositions, logLikelihoodDifference } = agreement;
  return {
    checked,
    agree,
    ratio: ratio(agree, checked),
    kl_nats: ratio(klSum, klPositions),
    log_likelihood_difference_nats: ratio(logLikelihoodDifference, klPositions),
    perplexity_ratio: perplexityRatio(agreement) ?? null,
  };
}

const ratio = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null);

/** A seed as a JSON number with every digit, beyond 2^53 too. */
function seedNumber(seed: bigint): unknown {
  const number = Number(seed);
  return Number.isSafeInteger(number) ? number : rawJson(seed.toString());
}

/** JSON text as JSON.stringify writes it unchanged (ES2026); this TypeScript's library does not know it yet. */
function rawJson(text: string): unknown {
  return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(text);
}
