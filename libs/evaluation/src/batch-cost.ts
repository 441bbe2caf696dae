import { addSequential, emptyLedger, type Ledger } from '@ohmlight/contracts';
import { digitalUnitLedger, type DigitalUnitProfile, type Standby } from '@ohmlight/devices';
import { digitalWorkOfRow, type LlamaConfig, type Matmul } from '@ohmlight/transformer';
import { meanLedger, type StepPhase, stepLedger } from './placed-matmul.js';
import type { KeptMatrix, RowName } from './observer.js';

/** What a decode step takes: one row of each of `batch` sequences through all phases and the digital unit. */
export interface BatchCost {
  /** Sequences that decode side by side. */
  readonly batch: number;
  /** Of the whole step; its energy and counts are those of `batch` tokens. */
  readonly ledger: Ledger;
  /** Of `ledger`, what the digital unit takes. */
  readonly digitalUnit: { readonly seconds: number; readonly joules: number };
}

/** Batches whose cost is measured. */
export const BATCHES = [1, 2, 4, 8, 16, 32, 64] as const;

/**
 * Rows whose mean is the cost of a token: an array's energy follows the activations, attention's share the position.
 * Every batch is measured on all of them, so that batches differ by nothing else.
 */
export const KEPT_ROWS = 16;

/**
 * Rows of the windows, evenly spread over all their positions, at most `count`.
 * @param windows Tokens; the last of a window is never fed.
 */
export function spreadRows(windows: readonly (readonly number[])[], count: number): RowName[] {
  const fed = windows.map((window) => window.length - 1);
  const total = fed.reduce((sum, rows) => sum + rows, 0);
  const rows: RowName[] = [];
  let window = 0;
  let before = 0;
  for (let i = 0; i < Math.min(count, total); i++) {
    const at = Math.floor(((i + 0.5) * total) / Math.min(count, total));
    while (at - before >= fed[window]!) before += fed[window++]!;
    rows.push({ window, position: at - before });
  }
  return rows;
}

/**
 * What decode steps of each batch take, on the activations that the rows had. A row's activations do not depend on
 * what runs beside it, so a step of them costs what it costs when it is served. A batch of fewer rows than are kept
 * is the mean over several steps; in a larger one rows repeat.
 */
export async function batchCosts(
  matmul: Matmul,
  standby: Standby,
  matrices: readonly KeptMatrix[],
  rows: readonly RowName[],
  config: LlamaConfig,
  digitalUnit: DigitalUnitProfile,
  signal?: AbortSignal,
): Promise<BatchCost[]> {
  const fusedLayers = matrices.filter(({ operation }) => operation === 'ffn').length;
  const step = async (indices: readonly number[]): Promise<{ ledger: Ledger; digital: Ledger }> => {
    const phases: StepPhase[] = [];
    for (const { layer, operation, k, x } of matrices) {
      const batch = {
        rows: indices.length,
        x: new Float32Array(indices.length * k),
        seeds: BigUint64Array.from(indices, (index) => BigInt(rows[index]!.window)),
        positions: Uint32Array.from(indices, (index) => rows[index]!.position),
      };
      indices.forEach((index, i) => batch.x.set(x.subarray(index * k, (index + 1) * k), i * k));
      phases.push({ layer, operation, reply: await matmul.execute({ layer, operation, batch }, signal) });
    }
    const work = { flops: 0, bytes: 0 };
    for (const index of indices) {
      const { flops, bytes } = digitalWorkOfRow(config, rows[index]!.position, true, fusedLayers);
      work.flops += flops;
      work.bytes += bytes;
    }
    const digital = digitalUnitLedger(digitalUnit, work);
    const ledger = stepLedger(phases, standby, digital.seconds);
    addSequential(ledger, digital);
    return { ledger, digital };
  };

  const costs: BatchCost[] = [];
  for (const batch of BATCHES) {
    const steps = Math.ceil(rows.length / batch);
    const groups = Array.from({ length: steps }, (_, g) =>
      Array.from({ length: batch }, (_, i) => (g + i * steps) % rows.length),
    );
    const ledger = emptyLedger();
    const unit = emptyLedger();
    for (const group of groups) {
      const one = await step(group);
      addSequential(ledger, meanLedger(one.ledger, groups.length));
      addSequential(unit, meanLedger(one.digital, groups.length));
    }
    const joules = (unit.joules.digital_unit ?? 0) + (unit.joules.memory ?? 0);
    costs.push({ batch, ledger, digitalUnit: { seconds: unit.seconds, joules } });
  }
  return costs;
}
