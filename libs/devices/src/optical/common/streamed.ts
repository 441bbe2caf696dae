import { emptyLedger, type Ledger } from '@ohmlight/contracts';
import type { Work } from '../../device.js';
import { blocksOf } from './blocks.js';

/** Bytes of an activation's code, and of an output's on its way to its accumulator. */
export const ACTIVATION_BYTES = 1;
export const OUTPUT_BYTES = 2;

/** The memory that an engine's weights stream from. */
interface WeightMemory {
  readonly weight_bits: number;
  readonly memory_bandwidth: number;
  readonly memory_energy: number;
}

/** Bytes of a weight in memory; one where codes are not quantised. */
export const streamedBytes = ({ weight_bits: bits }: Pick<WeightMemory, 'weight_bits'>): number =>
  Math.max(1, Math.ceil(bits / 8));

/** Cost of programming: nothing is written to the optics, codes go to the memory that executions read. */
export function storedLedger(p: WeightMemory, { k, n }: Omit<Work, 'rows'>): Ledger {
  const bytes = k * n * streamedBytes(p);
  return {
    ...emptyLedger(),
    seconds: bytes / p.memory_bandwidth,
    joules: { memory: bytes * p.memory_energy },
    bytesMoved: bytes,
    reloads: 1,
  };
}

/** Passes that are alike: rows by columns of the array that each uses, and how many there are. */
export interface StreamedPasses {
  readonly rows: number;
  readonly columns: number;
  readonly count: number;
  /** Bytes of weights, and seconds, of one. */
  readonly bytes: number;
  readonly seconds: number;
}

/**
 * What an execution falls into where weights come from memory for each pass: up to array_rows rows by up to array_columns
 * outputs, all K symbols of both trains, a conversion after every tile_rows of them.
 *
 *     t = max(Σ_tiles max(symbols/symbol_rate, conversion), weight bytes/memory_bandwidth)
 *
 * @param conversion seconds of converting a pass's outputs
 */
export function* streamedPasses(
  p: WeightMemory & {
    readonly array_rows: number;
    readonly array_columns: number;
    readonly tile_rows: number;
    readonly symbol_rate: number;
  },
  { k, n, rows }: Work,
  conversion: (rows: number, columns: number) => number,
): Generator<StreamedPasses> {
  for (const { size: passRows, count: heights } of blocksOf(rows, p.array_rows))
    for (const { size: columns, count: widths } of blocksOf(n, p.array_columns)) {
      const converting = conversion(passRows, columns);
      let optics = 0;
      for (const { size: symbols, count } of blocksOf(k, p.tile_rows))
        optics += count * Math.max(symbols / p.symbol_rate, converting);
      const bytes = k * columns * streamedBytes(p);
      const seconds = Math.max(optics, bytes / p.memory_bandwidth);
      yield { rows: passRows, columns, count: heights * widths, bytes, seconds };
    }
}
