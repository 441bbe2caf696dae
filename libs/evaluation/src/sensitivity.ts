import { addSequential, emptyLedger, type Ledger, type Operation } from '@ohmlight/contracts';
import type { Matmul, MatmulCall, MatmulReply } from '@ohmlight/transformer';
import type { KeptMatrix, RowName } from './observer.js';
import { meanLedger } from './placed-matmul.js';

/** One matrix on a device, all others on the reference. */
export interface MatrixSensitivity {
  readonly layer: number;
  readonly operation: Operation;
  /** Mean KL(reference ‖ this) per scored token, nats. */
  readonly klNats: number;
  /** Of the matrix alone: one row, as in a decode step of one sequence; mean over rows of the text. */
  readonly ledger: Ledger;
}

/** What each matrix of a placement alone does to the answers, and what it alone costs. */
export interface Sensitivity {
  readonly placement: string;
  /** Tokens scored. */
  readonly tokens: number;
  /** In the order of execution. */
  readonly matrices: readonly MatrixSensitivity[];
}

/** Bytes of replies that are kept; past them a phase is run again. */
const KEPT_BYTES = 256 * 1024 * 1024;

/**
 * The reference with one matrix of another device. The phases before that matrix have the same activations whichever
 * matrix it is: their replies are kept.
 */
export class OneMatrix {
  readonly #kept = new Map<string, MatmulReply>();
  #bytes = 0;

  constructor(
    private readonly device: Matmul,
    private readonly reference: Matmul,
    /** Every phase of a step, in order. */
    private readonly phases: readonly { readonly layer: number; readonly operation: Operation }[],
  ) {}

  /** @param index Of the phase that runs on the device. */
  at(index: number): Matmul {
    const { layer, operation } = this.phases[index]!;
    const order = new Map(this.phases.map((phase, i) => [`${phase.layer}/${phase.operation}`, i]));
    return {
      fused: (of) => operation === 'ffn' && of === layer,
      execute: (call, signal) => {
        if (call.layer === layer && call.operation === operation) return this.device.execute(call, signal);
        const before = (order.get(`${call.layer}/${call.operation}`) ?? Infinity) < index;
        return before ? this.#known(call, signal) : this.reference.execute(call, signal);
      },
    };
  }

  async #known(call: MatmulCall, signal: AbortSignal | undefined): Promise<MatmulReply> {
    const { seeds, positions } = call.batch;
    const key = `${seeds[0]} ${positions[0]} ${call.layer}/${call.operation}`;
    const known = this.#kept.get(key);
    if (known) return known;
    const reply = await this.reference.execute(call, signal);
    if (this.#bytes + reply.y.byteLength <= KEPT_BYTES) {
      this.#kept.set(key, reply);
      this.#bytes += reply.y.byteLength;
    }
    return reply;
  }
}

/** What a row of a matrix costs on a device, one row at a time: the mean over the rows that were kept. */
export async function rowLedger(
  device: Matmul,
  { layer, operation, k, x }: KeptMatrix,
  rows: readonly RowName[],
  signal?: AbortSignal,
): Promise<Ledger> {
  const ledger = emptyLedger();
  for (const [i, { window, position }] of rows.entries()) {
    const batch = {
      rows: 1,
      x: x.slice(i * k, (i + 1) * k),
      seeds: BigUint64Array.of(BigInt(window)),
      positions: Uint32Array.of(position),
    };
    addSequential(ledger, (await device.execute({ layer, operation, batch }, signal)).ledger);
  }
  return meanLedger(ledger, rows.length);
}
