import { asOhmlightError, philox4x32 } from '@ohmlight/contracts';
import { REFERENCE_PLACEMENT } from '@ohmlight/devices';
import type { Logger, Metrics } from '@ohmlight/telemetry';
import type { Generation, GenerationRequest } from '../engine/generation.js';
import type { Agreement } from './agreement.js';

/** Answered requests that wait for their check; further ones are dropped, and counted. */
export const MAX_BACKLOG = 8;

/** Domain of the sample's hash, apart from other uses of the same generator. */
const SHADOW_DOMAIN = 0x72657173;

type Sampled = Pick<GenerationRequest, 'placement' | 'options' | 'seed' | 'prompts'>;

/**
 * Whether a request is a shadow request: a keyed hash of its seed and its prompts' tokens, so that the same request is
 * one whenever it runs. The reference itself never is, nor a request that asks for the check anyway.
 */
export function isShadowRequest({ placement, options, seed, prompts }: Sampled, share: number): boolean {
  if (share === 0 || placement === REFERENCE_PLACEMENT || options.agreement) return false;
  let hash = 0x811c9dc5;
  for (const token of prompts.flat()) hash = Math.imul(hash ^ token, 0x01000193) >>> 0;
  const unsigned = BigInt.asUintN(64, seed);
  const key = [Number(unsigned & 0xffff_ffffn), Number(unsigned >> 32n)] as const;
  return philox4x32([hash, 0, 0, SHADOW_DOMAIN], key)[0] < share * 2 ** 32;
}

export interface ShadowRequestsParts {
  /** Feeds a finished generation through the reference and puts what comes out into the metrics. */
  readonly check: (generation: Generation, signal: AbortSignal) => Promise<Agreement>;
  /** Whether requests wait for a place in a batch: then a check would take from them. */
  readonly overloaded: () => boolean;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/**
 * Checks a share of the requests against the reference after they were answered, one at a time and behind a bounded
 * backlog: nobody waits for a check, and none is made while requests wait for a place.
 */
export class ShadowRequests {
  readonly #parts: ShadowRequestsParts;
  readonly #stopped = new AbortController();
  #backlog: Generation[] = [];
  #checking = false;

  constructor(parts: ShadowRequestsParts) {
    this.#parts = parts;
  }

  /** Takes an answered request, or drops it. */
  offer(generation: Generation): void {
    if (this.#stopped.signal.aborted || this.#backlog.length >= MAX_BACKLOG || this.#parts.overloaded())
      return this.#count(generation, 'dropped');
    this.#backlog.push(generation);
    if (!this.#checking) void this.#work();
  }

  /** Gives up the check under way and the backlog. */
  stop(): void {
    this.#stopped.abort();
    for (const generation of this.#backlog.splice(0)) this.#count(generation, 'dropped');
  }

  /** Never rejects. */
  async #work(): Promise<void> {
    this.#checking = true;
    for (let generation = this.#backlog.shift(); generation; generation = this.#backlog.shift()) {
      if (this.#parts.overloaded()) this.#count(generation, 'dropped');
      else await this.#check(generation);
    }
    this.#checking = false;
  }

  async #check(generation: Generation): Promise<void> {
    const { check, log } = this.#parts;
    const { signal } = this.#stopped;
    try {
      await check(generation, signal);
      this.#count(generation, 'ok');
    } catch (thrown) {
      if (signal.aborted) return this.#count(generation, 'dropped');
      const { code } = asOhmlightError(thrown);
      this.#count(generation, code);
      const { requestId: request_id, placement } = generation.request;
      log.warn({ err: thrown, code, request_id, placement }, 'shadow request failed');
    }
  }

  #count({ request }: Generation, outcome: string): void {
    const labels = { model: request.checkpoint.name, placement: request.placement, outcome };
    this.#parts.metrics.add('ohmlight_shadow_requests_total', labels);
  }
}
