import { Inject, Injectable } from '@nestjs/common';
import { type Pool, totalJoules } from '@ohmlight/contracts';
import type { Recalibration } from '@ohmlight/core-client';
import type { Metrics } from '@ohmlight/telemetry';
import { METRICS } from '../tokens.js';

/** What measurements of drift took; modelled. */
export interface Booking {
  /** Times that every shard was measured. */
  readonly measurements: number;
  readonly shards: number;
  /** Shards are measured side by side, measurements follow each other. */
  readonly seconds: number;
  readonly joules: number;
}

export const NOTHING_BOOKED: Booking = { measurements: 0, shards: 0, seconds: 0, joules: 0 };

/**
 * Books recalibrations, which belong to no request: their energy is the component `program`, whatever part of the
 * device drew it, so that the other components stay those of the requests.
 */
@Injectable()
export class RecalibrationBook {
  constructor(@Inject(METRICS) private readonly metrics: Metrics) {}

  /** @param measurements Times that what `taken` tells was done. */
  add(
    profile: string,
    pool: Pool,
    taken: readonly Recalibration[],
    measurements: number,
    cause: 'policy' | 'request',
  ): Booking {
    let shards = 0;
    let seconds = 0;
    let joules = 0;
    for (const recalibration of taken) {
      const labels = { pool, profile, op: recalibration.operation };
      const own = measurements * totalJoules(recalibration.ledger.joules);
      const busy = measurements * recalibration.ledger.seconds;
      this.metrics.add('ohmlight_recalibrations_total', { ...labels, cause }, measurements * recalibration.shards);
      this.metrics.add('ohmlight_modelled_energy_joules_total', { ...labels, component: 'program' }, own);
      this.metrics.add('ohmlight_modelled_device_busy_seconds_total', labels, busy);
      shards += recalibration.shards;
      seconds = Math.max(seconds, busy);
      joules += own;
    }
    return { measurements, shards, seconds, joules };
  }
}
