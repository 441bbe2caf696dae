/** Llama 3's frequency scaling of RoPE. */
export interface Llama3RopeScaling {
  readonly factor: number;
  readonly lowFreqFactor: number;
  readonly highFreqFactor: number;
  /** Context before scaling: `original_max_position_embeddings`. */
  readonly originalContext: number;
}

/** What `config.json` says of a checkpoint of the Llama form. */
export interface LlamaConfig {
  readonly modelType: 'llama' | 'mistral';
  readonly vocabSize: number;
  /** Width of the residual stream. */
  readonly hidden: number;
  readonly layers: number;
  readonly heads: number;
  /** Key and value heads; each serves heads / kvHeads query heads. */
  readonly kvHeads: number;
  readonly headDim: number;
  /** Inputs of `down`: the width of the feed-forward. */
  readonly ffn: number;
  readonly rmsNormEps: number;
  readonly ropeTheta: number;
  readonly ropeScaling: Llama3RopeScaling | null;
  readonly tieWordEmbeddings: boolean;
  /** Most positions of a sequence, prompt and answer together. */
  readonly context: number;
  readonly bosTokenId: number | null;
  readonly eosTokenIds: readonly number[];
}

/** What `generation_config.json` says; `eosTokenIds` falls back to config.json's. */
export interface GenerationConfig {
  readonly eosTokenIds: readonly number[];
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
}
