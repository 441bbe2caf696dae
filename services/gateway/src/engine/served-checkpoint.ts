import { Checkpoint, type GenerationConfig, LlamaModel, type OpenDigitalUnit, Tokenizer } from '@ohmlight/transformer';

/** A checkpoint that is open and ready to serve. */
export interface ServedCheckpoint {
  readonly name: string;
  readonly checkpoint: Checkpoint;
  readonly model: LlamaModel;
  readonly tokenizer: Tokenizer;
  /** Most positions of a sequence, prompt and answer together. */
  readonly context: number;
  readonly vocabSize: number;
  readonly eosTokenIds: readonly number[];
  /** Bytes that no token's text exceeds, with a margin for what a tokenizer's normalizer may drop. */
  readonly longestToken: number;
  readonly defaults: GenerationConfig;
}

const NORMALIZER_MARGIN = 4;

function longestToken(tokenizer: Tokenizer, vocabSize: number): number {
  let longest = 1;
  for (let id = 0; id < vocabSize; id++)
    longest = Math.max(longest, tokenizer.tokenBytes(id).length, tokenizer.tokenText(id).length);
  return longest;
}

/**
 * Opens a checkpoint directory for serving. Whoever opens it closes model and checkpoint.
 * @param openUnit Makes the model's digital unit; on the event loop if left out.
 * @throws OhmlightError `checkpoint_not_found`, `invalid_checkpoint` or `unsupported_checkpoint`
 */
export async function serveCheckpoint(
  name: string,
  directory: string,
  openUnit?: OpenDigitalUnit,
): Promise<ServedCheckpoint> {
  const checkpoint = await Checkpoint.open(name, directory);
  const [model, tokenizer] = await Promise.all([LlamaModel.load(checkpoint, openUnit), Tokenizer.load(directory)]);
  return {
    name,
    checkpoint,
    model,
    tokenizer,
    context: checkpoint.config.context,
    vocabSize: checkpoint.config.vocabSize,
    eosTokenIds: checkpoint.generationConfig.eosTokenIds,
    longestToken: NORMALIZER_MARGIN * longestToken(tokenizer, checkpoint.config.vocabSize),
    defaults: checkpoint.generationConfig,
  };
}
