import { addSequential, emptyLedger, type Ledger } from '@ohmlight/contracts';
import { digitalUnitLedger, type DigitalUnitProfile } from '@ohmlight/devices';
import {
  type Checkpoint,
  klNats,
  type LlamaModel,
  type Matmul,
  sample,
  type SamplingParams,
  type Tokenizer,
} from '@ohmlight/transformer';
import { meanLedger, type PlacedMatmul, stepLedger } from './placed-matmul.js';

export interface Prompt {
  readonly tokens: readonly number[];
  readonly maxTokens: number;
  /** Keys noise and draws, unsigned 64 bit. */
  readonly seed: bigint;
  readonly sampling: SamplingParams;
  /** Whether the end-of-sequence token ends the answer; true unless told. */
  readonly ignoreEos?: boolean;
}

/** What a placement answers, alone on its devices; the gateway answers the same. */
export interface Answer {
  readonly placement: string;
  readonly text: string;
  readonly tokens: readonly number[];
  /** Why it ended. */
  readonly finish: 'stop' | 'length';
  /** Steps after the prompt's, each of one row; their mean. Absent where the prompt's gave the only token. */
  readonly decode: { readonly steps: number; readonly ledger: Ledger } | null;
  /** All steps, the prompt's too: what the gateway books for the request. */
  readonly ledger: Ledger;
  /** Tokens that the reference draws too, given the same tokens before them and the same draw. */
  readonly agree: number;
  /** Mean KL(reference ‖ placement) over the answer, nats. */
  readonly klNats: number;
}

interface Parts {
  readonly checkpoint: Checkpoint;
  readonly model: LlamaModel;
  readonly tokenizer: Tokenizer;
  readonly digitalUnit: DigitalUnitProfile;
}

/** As the gateway samples where a request says nothing. */
export function defaultSampling({ generationConfig }: Checkpoint): SamplingParams {
  const { temperature = 1, topP = 1, topK = 0 } = generationConfig;
  return { temperature, topP, topK, minP: 0 };
}

/**
 * Answers a prompt on `placed`, then feeds the answer through `reference` (teacher forcing) and repeats each draw.
 * @throws OhmlightError `context_length_exceeded`; what the matmuls throw; the abort reason.
 */
export async function generate(
  { checkpoint, model, tokenizer, digitalUnit }: Parts,
  placement: string,
  placed: Pick<PlacedMatmul, 'matmul' | 'standby'>,
  reference: Matmul,
  { tokens: prompt, maxTokens, seed, sampling, ignoreEos = false }: Prompt,
  onProgress: (done: number, total: number) => void = () => {},
  signal?: AbortSignal,
): Promise<Answer> {
  const ends = new Set(ignoreEos ? [] : checkpoint.generationConfig.eosTokenIds);
  const limit = Math.min(maxTokens, checkpoint.config.context - prompt.length);
  const tokens = [...prompt];
  const kept: Float32Array[] = [];
  const whole = emptyLedger();
  const decoding = emptyLedger();
  let steps = 0;
  const cache = model.newKvCache();
  try {
    for (let start = 0; tokens.length - prompt.length < limit; start = tokens.length - 1) {
      const slice = { cache, tokens: tokens.slice(start), start, seed, logits: 'last' as const };
      const { logits, phases, digital } = await model.forward([slice], placed.matmul, signal);
      const unit = digitalUnitLedger(digitalUnit, digital);
      const step = stepLedger(phases, placed.standby, unit.seconds);
      addSequential(step, unit);
      addSequential(whole, step);
      if (start >= prompt.length) {
        steps++;
        addSequential(decoding, step);
      }
      const row = logits[0]![0]!;
      kept.push(row);
      const token = sample(row, sampling, { seed, position: tokens.length });
      tokens.push(token);
      onProgress(kept.length, limit);
      if (ends.has(token)) break;
    }
  } finally {
    cache.free();
  }
  const answer = tokens.slice(prompt.length);
  const stopped = answer.length > 0 && ends.has(answer.at(-1)!);
  return {
    placement,
    text: tokenizer.decode(stopped ? answer.slice(0, -1) : answer, { skipSpecialTokens: true }),
    tokens: answer,
    finish: stopped ? 'stop' : 'length',
    decode: steps === 0 ? null : { steps, ledger: meanLedger(decoding, steps) },
    ledger: whole,
    ...(await agreement(model, reference, tokens, prompt.length, kept, seed, sampling, signal)),
  };
}

async function agreement(
  model: LlamaModel,
  reference: Matmul,
  tokens: readonly number[],
  promptLength: number,
  kept: readonly Float32Array[],
  seed: bigint,
  sampling: SamplingParams,
  signal: AbortSignal | undefined,
): Promise<{ agree: number; klNats: number }> {
  const cache = model.newKvCache();
  try {
    // The row before the answer gives its first token; the last token's row is not needed.
    const cut = promptLength - 1;
    if (cut > 0)
      await model.forward([{ cache, tokens: tokens.slice(0, cut), start: 0, seed, logits: 'none' }], reference, signal);
    const slice = { cache, tokens: tokens.slice(cut, -1), start: cut, seed, logits: 'all' as const };
    const { logits } = await model.forward([slice], reference, signal);
    let agree = 0;
    let kl = 0;
    logits[0]!.forEach((row, i) => {
      const position = promptLength + i;
      if (sample(row, sampling, { seed, position }) === tokens[position]) agree++;
      kl += klNats(row, kept[i]!);
    });
    return { agree, klNats: kl / kept.length };
  } finally {
    cache.free();
  }
}
