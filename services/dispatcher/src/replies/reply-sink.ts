import type { ReplyMeta } from '@ohmlight/contracts';

/** Where answers go: the reply stream that a job names. */
export interface ReplySink {
  /** @param y Outputs, row-major; absent where the job failed. */
  send(stream: string, correlationId: string, meta: ReplyMeta, y?: Float32Array): Promise<void>;
}
