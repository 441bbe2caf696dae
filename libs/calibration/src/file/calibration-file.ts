import { type Operation, OPERATIONS } from '@ohmlight/contracts';
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { adcRange, channelScale } from '../ranges.js';

/** Version of the file's form. */
export const FILE_VERSION = 1;

/** Operations whose input is a norm's output, into which a scale of channels folds. */
const AFTER_NORM: ReadonlySet<Operation> = new Set(['qkv', 'gate_up', 'lm_head']);
export const followsNorm = (operation: Operation): boolean => AFTER_NORM.has(operation);

const positive = z.number().positive();
const text = z.string().min(1);
const digest = z.string().regex(/^[0-9a-f]{16}$/, 'sixteen hexadecimal digits');

/** Signed bytes in base64. */
const bytes = z
  .base64()
  .transform((encoded) => {
    const raw = Buffer.from(encoded, 'base64');
    return new Int8Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.byteLength));
  })
  .optional();

/** A calibrated matrix in a file. */
export const matrixSchema = z
  .strictObject({
    layer: z.number().int().min(0),
    operation: z.enum(OPERATIONS),
    k: z.number().int().positive(),
    n: z.number().int().positive(),
    /** λ that the channels' scales follow from. */
    lambda: z.number().min(0).max(1).optional(),
    /** Activation, after scaling, that the largest DAC code stands for. */
    input_range: positive.optional(),
    /** Of each input: the scale is 2^exponent. */
    channel_exponents: bytes,
    /** Of each column: the ADC range is 2^(step/2), in the units of the profile's. */
    adc_steps: bytes,
    error_before: z.number().min(0),
    error_after: z.number().min(0),
  })
  .superRefine(({ operation, k, n, channel_exponents: exponents, adc_steps: steps, input_range: range }, context) => {
    const fault = (path: string, message: string): void => context.addIssue({ code: 'custom', path: [path], message });
    if (exponents && exponents.length !== k) fault('channel_exponents', `${exponents.length} bytes for ${k} inputs`);
    if (steps && steps.length !== n) fault('adc_steps', `${steps.length} bytes for ${n} columns`);
    if (exponents && !followsNorm(operation)) fault('channel_exponents', `no norm precedes ${operation}`);
    if (!exponents && !steps && range === undefined) fault('operation', 'the matrix has nothing calibrated');
  });

const score = z.strictObject({ perplexity: positive, kl_nats: z.number(), agreement: z.number().min(0).max(1) });

/** A calibration of a checkpoint on a device profile. docs/guides/calibration.md tells every field. */
export const calibrationFileSchema = z.strictObject({
  version: z.literal(FILE_VERSION, { error: `this Ohmlight reads version ${FILE_VERSION}; calibrate again` }),
  checkpoint: text,
  checkpoint_fingerprint: digest,
  profile: text,
  profile_digest: digest,
  provenance: z.strictObject({
    ohmlight: text,
    command: text,
    text: z.strictObject({
      file: text,
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
      documents: positive,
      tokens: positive,
    }),
    rows: positive,
    quantiles: z.array(z.number().gt(0).max(1)),
    lambdas: z.array(z.number().min(0).max(1)),
    chip_seed: z.string().regex(/^[0-9]+$/),
  }),
  /** On the calibration text: what the profile alone gives, and what it gives calibrated. */
  before: score,
  after: score,
  matrices: z.array(matrixSchema).min(1),
});

/** A file as it is written: bytes are base64. */
export type CalibrationFile = z.input<typeof calibrationFileSchema>;
export type ParsedCalibration = z.output<typeof calibrationFileSchema>;
type ParsedMatrix = ParsedCalibration['matrices'][number];

export const encodeBytes = (values: Int8Array): string =>
  Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');

/**
 * Names what a shard is programmed with: equal contents have equal digests, in every process and run. Sixteen
 * hexadecimal digits of SHA-256.
 */
export function matrixDigest({ input_range: range, channel_exponents: e, adc_steps: s }: ParsedMatrix): string {
  const contents = [FILE_VERSION, range ?? null, e ? encodeBytes(e) : null, s ? encodeBytes(s) : null];
  return createHash('sha256').update(JSON.stringify(contents)).digest('hex').slice(0, 16);
}

export const scaleOf = ({ channel_exponents: exponents }: ParsedMatrix): Float32Array | undefined =>
  exponents && channelScale(exponents);

export const boundsOf = ({ adc_steps: steps }: ParsedMatrix): Float32Array | undefined =>
  steps && Float32Array.from(steps, adcRange);
