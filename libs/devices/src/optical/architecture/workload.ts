import { addSequential, emptyLedger, type Ledger } from '@ohmlight/contracts';
import type { Work } from '../../device.js';

/** An encoder, or a decoder, as far as its static weights go. */
export interface EncoderShape {
  readonly layers: number;
  readonly hidden: number;
  readonly intermediate: number;
}

/** BERT-base (Devlin et al. 2019). */
export const BERT_BASE: EncoderShape = { layers: 12, hidden: 768, intermediate: 3072 };

/** Products of static weights that one pass of `tokens` tokens takes, each with how often it occurs. */
export function encoderWork({ layers, hidden, intermediate }: EncoderShape, tokens: number) {
  const product = (k: number, n: number): { readonly work: Work; readonly times: number } => ({
    work: { k, n, rows: tokens },
    times: layers,
  });
  return [
    product(hidden, 3 * hidden),
    product(hidden, hidden),
    product(hidden, intermediate),
    product(intermediate, hidden),
  ];
}

/**
 * The ledger of a workload whose products follow each other.
 * @param cost Ledger of one execution: a device's `cost`.
 */
export function workloadLedger(
  workload: ReturnType<typeof encoderWork>,
  cost: (k: number, n: number, rows: number) => Ledger,
): Ledger {
  const total = emptyLedger();
  for (const { work, times } of workload) {
    const ledger = cost(work.k, work.n, work.rows);
    for (let i = 0; i < times; i++) addSequential(total, ledger);
  }
  return total;
}
