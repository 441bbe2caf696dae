import { asOhmlightError, OPERATIONS, philox4x32 } from '@ohmlight/contracts';
import { compareOutputs } from '@ohmlight/matmul';
import type { Logger, Metrics } from '@ohmlight/telemetry';
import type { Matmul, MatmulCall, MatmulReply } from '@ohmlight/transformer';
import { REFERENCE_PLACEMENT } from '@ohmlight/devices';
import type { ServedPlacement } from '../engine/served-placement.js';

/** Shadowed phases under way at one time; further ones are left out, never queued. */
const MAX_IN_FLIGHT = 4;

/** Domain of the shadow's hash, apart from other uses of the same generator. */
const SHADOW_DOMAIN = 0x73686164;

/**
 * Whether a phase is shadowed: a keyed hash of (seed, position, layer, operation) of its first row, so that
 * the same request is shadowed at the same phases whenever it runs.
 */
export function isShadowed(call: MatmulCall, share: number): boolean {
  const seed = call.batch.seeds[0]!;
  const key = [Number(seed & 0xffff_ffffn), Number(seed >> 32n)] as const;
  const counter = [call.batch.positions[0]!, call.layer, OPERATIONS.indexOf(call.operation), SHADOW_DOMAIN] as const;
  return philox4x32(counter, key)[0] < share * 2 ** 32;
}

/**
 * A placement's matmul that repeats a share of its phases on the reference placement, beside the request:
 * the request neither waits for a shadow nor fails with it.
 */
export class ShadowMatmul implements Matmul {
  #inFlight = 0;

  constructor(
    private readonly inner: Matmul,
    private readonly reference: Matmul,
    private readonly placement: ServedPlacement,
    private readonly share: number,
    private readonly metrics: Metrics,
    private readonly log: Logger,
  ) {}

  fused(layer: number): boolean {
    return this.inner.fused?.(layer) === true;
  }

  async execute(call: MatmulCall, signal?: AbortSignal): Promise<MatmulReply> {
    const { profile } = this.placement.deviceOf(call.layer, call.operation);
    const shadowed = profile !== REFERENCE_PLACEMENT && this.#inFlight < MAX_IN_FLIGHT && isShadowed(call, this.share);
    // The caller may use its activations again once the reply is there, before the shadow has read them.
    const copy = shadowed ? copyCall(call) : undefined;
    const reply = await this.inner.execute(call, signal);
    if (copy) void this.#shadow(copy, reply.y.slice());
    return reply;
  }

  /** Never rejects. */
  async #shadow(call: MatmulCall, y: Float32Array): Promise<void> {
    const { profile, pool } = this.placement.deviceOf(call.layer, call.operation);
    const labels = { pool, profile, op: call.operation };
    this.#inFlight++;
    try {
      const reference = await this.reference.execute(call);
      const { error, decibels, cosine } = compareOutputs(y, reference.y);
      this.metrics.observe('ohmlight_matmul_relative_error_ratio', labels, error);
      this.metrics.observe('ohmlight_matmul_snr_decibels', labels, decibels);
      this.metrics.observe('ohmlight_matmul_cosine_ratio', labels, cosine);
      // Histograms of every layer would be thousands of series; sums give each layer's mean.
      const layer = { ...labels, layer: String(call.layer) };
      this.metrics.add('ohmlight_shadow_layer_jobs_total', layer);
      this.metrics.add('ohmlight_shadow_layer_squared_error_total', layer, error ** 2);
      this.metrics.add('ohmlight_shadow_layer_cosine_distance_total', layer, 1 - cosine);
      this.metrics.add('ohmlight_shadow_jobs_total', { ...labels, outcome: 'ok' });
    } catch (thrown) {
      const { code } = asOhmlightError(thrown);
      this.metrics.add('ohmlight_shadow_jobs_total', { ...labels, outcome: code });
      this.log.warn({ err: thrown, code, layer: call.layer, ...labels }, 'shadow failed');
    } finally {
      this.#inFlight--;
    }
  }
}

function copyCall({ layer, operation, batch }: MatmulCall): MatmulCall {
  const { rows, x, seeds, positions } = batch;
  return { layer, operation, batch: { rows, x: x.slice(), seeds: seeds.slice(), positions: positions.slice() } };
}
