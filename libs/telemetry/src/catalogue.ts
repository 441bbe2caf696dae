import { ERRORS, type ServiceName } from '@ohmlight/contracts';

export type MetricType = 'counter' | 'gauge' | 'histogram';

export interface MetricSpec {
  readonly type: MetricType;
  readonly help: string;
  readonly labels: readonly string[];
  readonly buckets?: readonly number[];
  /** Values of a counter's only label that are served from the start, at 0, so that a rate sees their first event. */
  readonly values?: readonly string[];
  /** Services whose registry holds it. */
  readonly services: readonly ServiceName[];
}

const CORES = ['analog-crossbar', 'optical-core', 'digital-pool'] as const;

/** vLLM's buckets, so that its dashboards' quantiles carry over. Seconds. */
const TTFT = [
  0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80, 160, 640, 2560,
];
const INTER_TOKEN = [0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80];
const REQUEST = [0.3, 0.5, 0.8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60, 120, 240, 480, 960, 1920, 7680];

/** Powers of ten from `from` to `to`, each followed by its two-fold and five-fold. */
export function logBuckets(from: number, to: number): number[] {
  const buckets: number[] = [];
  for (let exponent = Math.round(Math.log10(from)); 10 ** exponent <= to * 1.000001; exponent++)
    for (const factor of [1, 2, 5]) {
      const value = Number(`${factor}e${exponent}`);
      if (value <= to * 1.000001) buckets.push(value);
    }
  return buckets;
}

const WALL = logBuckets(1e-5, 10);
const DEVICE_SECONDS = logBuckets(1e-9, 10);

/** Every metric that Ohmlight serves; docs/reference/metrics.md lists the same, held to it by a test. */
export const CATALOGUE = {
  ohmlight_build_info: {
    type: 'gauge',
    help: 'Always 1; the labels tell version and service',
    labels: ['version', 'service'],
    services: ['gateway', 'dispatcher', ...CORES],
  },

  ohmlight_time_to_first_token_seconds: {
    type: 'histogram',
    help: "Wall time from a request's arrival to its first token",
    labels: ['model', 'placement'],
    buckets: TTFT,
    services: ['gateway'],
  },
  ohmlight_inter_token_latency_seconds: {
    type: 'histogram',
    help: 'Wall time between two tokens of a request',
    labels: ['model', 'placement'],
    buckets: INTER_TOKEN,
    services: ['gateway'],
  },
  ohmlight_e2e_request_latency_seconds: {
    type: 'histogram',
    help: "Wall time from a request's arrival to its last token",
    labels: ['model', 'placement'],
    buckets: REQUEST,
    services: ['gateway'],
  },
  ohmlight_num_requests_running: {
    type: 'gauge',
    help: 'Sequences in the running batch',
    labels: ['model', 'placement'],
    services: ['gateway'],
  },
  ohmlight_num_requests_waiting: {
    type: 'gauge',
    help: 'Sequences that wait for a place in the running batch',
    labels: ['model', 'placement'],
    services: ['gateway'],
  },
  ohmlight_prompt_tokens_total: {
    type: 'counter',
    help: 'Prompt tokens processed',
    labels: ['model', 'placement'],
    services: ['gateway'],
  },
  ohmlight_generation_tokens_total: {
    type: 'counter',
    help: 'Tokens generated',
    labels: ['model', 'placement'],
    services: ['gateway'],
  },
  ohmlight_request_success_total: {
    type: 'counter',
    help: 'Requests that finished, by reason',
    labels: ['model', 'placement', 'finished_reason'],
    services: ['gateway'],
  },
  ohmlight_request_errors_total: {
    type: 'counter',
    help: 'Requests that ended in an error, by code',
    labels: ['code'],
    values: Object.keys(ERRORS),
    services: ['gateway'],
  },
  ohmlight_step_wall_seconds: {
    type: 'histogram',
    help: 'Wall time of an engine step, by part: digital_unit, queue, grpc, engine',
    labels: ['model', 'placement', 'part'],
    buckets: WALL,
    services: ['gateway'],
  },
  ohmlight_step_rows: {
    type: 'histogram',
    help: 'Rows of an engine step',
    labels: ['model', 'placement'],
    buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024],
    services: ['gateway'],
  },

  ohmlight_matmul_jobs_total: {
    type: 'counter',
    help: 'Matmul jobs, by outcome: ok, retried, failed, expired',
    labels: ['pool', 'profile', 'op', 'outcome'],
    services: ['dispatcher'],
  },
  ohmlight_matmul_queue_wait_seconds: {
    type: 'histogram',
    help: 'Wall time a job waited in the queue',
    labels: ['pool', 'profile', 'op'],
    buckets: WALL,
    services: ['dispatcher'],
  },
  ohmlight_matmul_wall_seconds: {
    type: 'histogram',
    help: "Wall time of a job's core round trip",
    labels: ['pool', 'profile', 'op'],
    buckets: WALL,
    services: ['dispatcher'],
  },
  ohmlight_matmul_shared_loads_total: {
    type: 'counter',
    help: 'Matmul jobs that shared a load of weights with jobs of other steps',
    labels: ['pool', 'profile', 'op'],
    services: ['dispatcher'],
  },
  ohmlight_cores: { type: 'gauge', help: 'Live cores', labels: ['pool'], services: ['dispatcher'] },
  ohmlight_core_shards_programmed_total: {
    type: 'counter',
    help: 'Shards that the dispatcher programmed onto cores',
    labels: ['pool', 'profile'],
    services: ['dispatcher'],
  },

  ohmlight_core_executions_total: {
    type: 'counter',
    help: "Jobs that the core executed, by outcome: ok or the error's code",
    labels: ['pool', 'profile', 'op', 'outcome'],
    services: CORES,
  },
  ohmlight_core_engine_seconds: {
    type: 'histogram',
    help: 'Wall time of the tile engine for one job',
    labels: ['pool', 'profile', 'op'],
    buckets: WALL,
    services: CORES,
  },
  ohmlight_core_shards: { type: 'gauge', help: 'Shards held', labels: ['pool', 'profile'], services: CORES },
  ohmlight_core_resident_bytes: {
    type: 'gauge',
    help: 'Bytes of programmed shards',
    labels: ['pool'],
    services: CORES,
  },
  ohmlight_core_saturated_conversions_total: {
    type: 'counter',
    help: 'Conversions that clipped',
    labels: ['pool', 'profile', 'op', 'converter'],
    services: CORES,
  },

  ohmlight_macs_total: {
    type: 'counter',
    help: 'Multiply-accumulates executed',
    labels: ['pool', 'profile', 'op'],
    services: ['gateway'],
  },
  ohmlight_modelled_device_seconds: {
    type: 'histogram',
    help: 'Modelled device time of one matmul phase',
    labels: ['pool', 'profile', 'op'],
    buckets: DEVICE_SECONDS,
    services: ['gateway'],
  },
  ohmlight_modelled_device_busy_seconds_total: {
    type: 'counter',
    help: 'Modelled device time, summed',
    labels: ['pool', 'profile', 'op'],
    services: ['gateway'],
  },
  ohmlight_reloads_total: {
    type: 'counter',
    help: 'Loads of weights onto devices that do not keep them, one for all rows of an execution',
    labels: ['pool', 'profile', 'op'],
    services: ['gateway'],
  },
  ohmlight_modelled_reload_seconds_total: {
    type: 'counter',
    help: 'Of the modelled device time, what went by while weights were loaded',
    labels: ['pool', 'profile', 'op'],
    services: ['gateway'],
  },
  ohmlight_modelled_energy_joules_total: {
    type: 'counter',
    help: 'Modelled energy by component',
    labels: ['pool', 'profile', 'op', 'component'],
    services: ['gateway'],
  },
  ohmlight_recalibrations_total: {
    type: 'counter',
    help: 'Measurements of drift, one for each shard measured, by cause: policy or request',
    labels: ['pool', 'profile', 'op', 'cause'],
    services: ['gateway'],
  },
  ohmlight_modelled_token_seconds: {
    type: 'histogram',
    help: 'Modelled time of one generated token, digital unit included',
    labels: ['model', 'placement'],
    buckets: DEVICE_SECONDS,
    services: ['gateway'],
  },
  ohmlight_modelled_token_energy_joules: {
    type: 'histogram',
    help: 'Modelled energy of one generated token, digital unit included',
    labels: ['model', 'placement'],
    buckets: logBuckets(1e-9, 1e3),
    services: ['gateway'],
  },

  ohmlight_matmul_relative_error_ratio: {
    type: 'histogram',
    help: 'Relative Frobenius error of a shadowed job against the digital reference',
    labels: ['pool', 'profile', 'op'],
    buckets: logBuckets(1e-7, 10),
    services: ['gateway'],
  },
  ohmlight_matmul_snr_decibels: {
    type: 'histogram',
    help: 'Signal-to-noise ratio of a shadowed job against the digital reference',
    labels: ['pool', 'profile', 'op'],
    buckets: [-10, -5, 0, 5, 10, 15, 20, 25, 30, 35, 40, 50, 60, 80, 100, 120, 140],
    services: ['gateway'],
  },
  ohmlight_matmul_cosine_ratio: {
    type: 'histogram',
    help: "Cosine between a shadowed job's outputs and the digital reference's",
    labels: ['pool', 'profile', 'op'],
    buckets: [-0.5, 0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995, 0.9999, 0.99999],
    services: ['gateway'],
  },
  ohmlight_shadow_layer_jobs_total: {
    type: 'counter',
    help: 'Shadowed jobs that were compared, by layer',
    labels: ['pool', 'profile', 'op', 'layer'],
    services: ['gateway'],
  },
  ohmlight_shadow_layer_squared_error_total: {
    type: 'counter',
    help: 'Sum of the squared relative errors of shadowed jobs, by layer',
    labels: ['pool', 'profile', 'op', 'layer'],
    services: ['gateway'],
  },
  ohmlight_shadow_layer_cosine_distance_total: {
    type: 'counter',
    help: 'Sum of 1 − cosine of shadowed jobs, by layer',
    labels: ['pool', 'profile', 'op', 'layer'],
    services: ['gateway'],
  },
  ohmlight_logit_kl_nats: {
    type: 'histogram',
    help: "KL divergence of the placement's next-token distribution from the reference's, of checked requests",
    labels: ['model', 'placement'],
    buckets: logBuckets(1e-8, 10),
    services: ['gateway'],
  },
  ohmlight_token_agreement_total: {
    type: 'counter',
    help: 'Checked tokens, by whether the reference picks the same one',
    labels: ['model', 'placement', 'agree'],
    services: ['gateway'],
  },
  ohmlight_perplexity_ratio: {
    type: 'histogram',
    help: 'Perplexity of a checked answer under the placement, over its perplexity under the reference',
    labels: ['model', 'placement'],
    buckets: [0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 1, 1.002, 1.005, 1.01, 1.02, 1.05, 1.1, 1.2, 1.5, 2, 5],
    services: ['gateway'],
  },
  ohmlight_shadow_requests_total: {
    type: 'counter',
    help: 'Answered requests sampled for a check against the reference, by outcome',
    labels: ['model', 'placement', 'outcome'],
    services: ['gateway'],
  },
  ohmlight_shadow_jobs_total: {
    type: 'counter',
    help: 'Matmul phases repeated on the digital reference, by outcome',
    labels: ['pool', 'profile', 'op', 'outcome'],
    services: ['gateway'],
  },
} as const satisfies Record<string, MetricSpec>;

export type MetricName = keyof typeof CATALOGUE;
