import { asOhmlightError, type Operation, type OhmlightError, OPERATIONS } from '@ohmlight/contracts';
import { addErrors, type ErrorSums, errorOf, noErrorSums } from '@ohmlight/matmul';
import type { Matmul, MatmulCall } from '@ohmlight/transformer';

/** Phases of a request that are compared at one time; its steps wait for the ones before. */
const MAX_PENDING = 8;

/** How the phases of one operation in one layer differ from the reference's, given the same activations. */
export interface PhaseError {
  readonly op: Operation;
  readonly layer: number;
  readonly phases: number;
  readonly relative_error: number;
  readonly snr_db: number;
  readonly cosine: number;
}

interface Entry {
  readonly op: Operation;
  readonly layer: number;
  phases: number;
  readonly sums: ErrorSums;
}

/** Repeats a request's rows of every phase on the reference and sums up how far the placement's lie off. */
export class RequestErrors {
  readonly #entries = new Map<string, Entry>();
  readonly #pending = new Set<Promise<void>>();
  #failure: OhmlightError | undefined;

  constructor(private readonly reference: Matmul) {}

  /**
   * Takes rows `from` … `to` − 1 of a phase and what the placement answered. Waits where many comparisons are under
   * way; a comparison that fails ends all of them and spoils nothing else.
   */
  async compare(call: MatmulCall, y: Float32Array, from: number, to: number): Promise<void> {
    if (this.#failure || to === from) return;
    const rows = rowsOf(call, from, to);
    const columns = y.length / call.batch.rows;
    const own = y.slice(from * columns, to * columns);
    const comparison = this.#compare(rows, own).finally(() => this.#pending.delete(comparison));
    this.#pending.add(comparison);
    if (this.#pending.size >= MAX_PENDING) await Promise.race(this.#pending);
  }

  /**
   * By layer and operation, once every comparison has ended.
   * @throws OhmlightError that one of them failed with
   */
  async report(): Promise<PhaseError[]> {
    await Promise.all(this.#pending);
    if (this.#failure) throw this.#failure;
    // Comparisons end in any order.
    const order = (a: Entry, b: Entry): number =>
      a.layer - b.layer || OPERATIONS.indexOf(a.op) - OPERATIONS.indexOf(b.op);
    return [...this.#entries.values()].sort(order).map(({ op, layer, phases, sums }) => {
      const { error, decibels, cosine } = errorOf(sums);
      return { op, layer, phases, relative_error: error, snr_db: decibels, cosine };
    });
  }

  /** Never rejects. */
  async #compare(call: MatmulCall, y: Float32Array): Promise<void> {
    try {
      const reference = await this.reference.execute(call);
      const { layer, operation: op } = call;
      const name = `${layer}/${op}`;
      let entry = this.#entries.get(name);
      if (!entry) {
        entry = { op, layer, phases: 0, sums: noErrorSums() };
        this.#entries.set(name, entry);
      }
      entry.phases++;
      addErrors(entry.sums, y, reference.y);
    } catch (thrown) {
      this.#failure ??= asOhmlightError(thrown);
    }
  }
}

/** A call of some of a call's rows, with activations of its own: the caller may use its again. */
function rowsOf({ layer, operation, batch }: MatmulCall, from: number, to: number): MatmulCall {
  const k = batch.x.length / batch.rows;
  return {
    layer,
    operation,
    batch: {
      rows: to - from,
      x: batch.x.slice(from * k, to * k),
      seeds: batch.seeds.slice(from, to),
      positions: batch.positions.slice(from, to),
    },
  };
}
