import { OhmlightError } from '@ohmlight/contracts';
import type { Checkpoint } from './checkpoint/checkpoint.js';
import type { Matmul, MatmulCall, MatmulReply } from './matmul.js';

export class ReferenceMatmul implements Matmul {
  static async load(_checkpoint: Checkpoint): Promise<ReferenceMatmul> {
    return new ReferenceMatmul();
  }
  async execute(_call: MatmulCall, _signal?: AbortSignal): Promise<MatmulReply> {
    throw new OhmlightError('internal_error', 'this build multiplies nothing yet');
  }
}
