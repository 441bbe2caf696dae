import { type MatrixRef, OhmlightError, type Operation } from '@ohmlight/contracts';
import type { GenerationConfig, LlamaConfig } from './config.js';

const pending = (): never => {
  throw new OhmlightError('internal_error', 'this build reads no checkpoint yet');
};

/** A checkpoint directory of the Llama form. */
export class Checkpoint {
  private constructor(
    readonly name: string,
    readonly directory: string,
    readonly config: LlamaConfig,
    readonly generationConfig: GenerationConfig,
  ) {}

  static async open(_name: string, _directory: string): Promise<Checkpoint> {
    return pending();
  }

  /** Every static matrix in execution order: per layer qkv, o, gate_up, down; then lm_head. */
  matrices(): MatrixRef[] {
    return pending();
  }

  matrix(_layer: number, _operation: Operation): MatrixRef {
    return pending();
  }

  async readMatrix(
    _layer: number,
    _operation: Operation,
    _columnStart: number,
    _columnEnd: number,
  ): Promise<Float32Array> {
    return pending();
  }

  async readTensor(_name: string): Promise<{ shape: number[]; data: Float32Array }> {
    return pending();
  }

  async close(): Promise<void> {}
}
