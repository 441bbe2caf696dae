import { OhmlightError, type Operation, type RowBatch } from '@ohmlight/contracts';
import type { Matmul } from '../matmul.js';
import type { PhaseResult, StepWall } from './step.js';

/** Runs the dependent phases of one step, one after the other, and keeps what each took. */
export class PhaseRunner {
  readonly phases: PhaseResult[] = [];
  private readonly startedAt = performance.now();
  private matmulMs = 0;

  constructor(
    private readonly matmul: Matmul,
    private readonly signal: AbortSignal | undefined,
  ) {}

  /**
   * @param n Columns of the matrix.
   * @returns Row-major, rows × n.
   * @throws OhmlightError of the matmul; `core_bad_reply` when the reply has the wrong length; the abort reason.
   */
  async run(layer: number, operation: Operation, batch: RowBatch, n: number): Promise<Float32Array> {
    this.signal?.throwIfAborted();
    const before = performance.now();
    const reply = await this.matmul.execute({ layer, operation, batch }, this.signal);
    this.matmulMs += performance.now() - before;
    // A matmul may answer in spite of an abort; nobody waits for the step any more.
    this.signal?.throwIfAborted();
    if (reply.y.length !== batch.rows * n)
      throw new OhmlightError(
        'core_bad_reply',
        `phase ${layer}/${operation} answered ${reply.y.length} values for ${batch.rows} rows of ${n}`,
      );
    this.phases.push({ layer, operation, reply });
    return reply.y;
  }

  wall(): StepWall {
    const totalMs = performance.now() - this.startedAt;
    let queue = 0;
    let grpc = 0;
    let engine = 0;
    for (const { reply } of this.phases) {
      queue += reply.wall.queue;
      grpc += reply.wall.grpc;
      engine += reply.wall.engine;
    }
    return { total: totalMs / 1e3, digitalUnit: (totalMs - this.matmulMs) / 1e3, queue, grpc, engine };
  }
}
