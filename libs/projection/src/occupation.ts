import { addParallel, addSequential, emptyLedger, type Ledger, OhmlightError, shareOf } from '@ohmlight/contracts';
import type { Assumptions } from './assumptions.js';
import type { Hardware } from './hardware.js';
import type { ShapedMatrix } from './matrices.js';
import type { ModelShape } from './model-shape.js';

/** What a model takes up on a placement's devices. */
export interface Occupation {
  /**
   * Accelerators or engines that weights stream to, by device profile.
   * @param kv bytes of the KV cache, which an accelerator's memory holds beside its weights
   */
  readonly accelerators: (kv: number) => ReadonlyMap<string, number>;
  readonly tiles: number;
  /** Null where a profile with tiles is no chip. */
  readonly chips: number | null;
  /** Null where a profile with tiles gives no area. */
  readonly squareMetres: number | null;
  /** Programming everything once, all matrices side by side. */
  readonly programming: Ledger;
  /** What a step writes again where tiles are fewer than weights ask for. */
  readonly reloading: Ledger;
}

export function occupationOf(
  shape: ModelShape,
  matrices: readonly ShapedMatrix[],
  hardware: ReadonlyMap<string, Hardware>,
  assumptions: Assumptions,
): Occupation {
  const streaming: { readonly own: Hardware; readonly bytes: number }[] = [];
  const programming = emptyLedger();
  const reloading = emptyLedger();
  let [tiles, chips, squareMetres]: [number, number | null, number | null] = [0, 0, 0];
  for (const own of hardware.values()) {
    const held = matrices.filter(({ profile }) => profile === own.name);
    if (held.length === 0) continue;
    let bytes = 0;
    for (const { k, n, experts } of held) {
      const { programming: once } = own.cost(k, n, 1);
      addParallel(programming, { ...shareOf(once, experts), seconds: once.seconds });
      bytes += experts * once.bytesMoved;
      const footprint = own.device.footprint?.(k, n);
      if (!footprint) continue;
      tiles += experts * footprint.tiles;
      chips = chips === null || footprint.chips === undefined ? null : chips + experts * footprint.chips;
      squareMetres =
        squareMetres === null || footprint.squareMetres === undefined
          ? null
          : squareMetres + experts * footprint.squareMetres;
    }
    if (own.resident) addSequential(reloading, reloadsOf(own, held, assumptions.chips));
    else streaming.push({ own, bytes });
  }
  const embedding = shape.vocabSize * shape.hidden * assumptions.elementBytes;
  const accelerators = (kv: number): Map<string, number> =>
    new Map(
      streaming.map(({ own, bytes }) => {
        const inMemory = own.profile.pool === 'digital' ? bytes + embedding + kv : bytes;
        return [own.name, Math.max(assumptions.devices, Math.ceil(inMemory / own.capacity))];
      }),
    );
  // Whole chips: a model's last one is not shared.
  return {
    accelerators,
    tiles,
    chips: tiles === 0 || chips === null ? null : Math.ceil(chips),
    squareMetres: tiles === 0 ? null : squareMetres,
    programming,
    reloading,
  };
}

/**
 * What a step writes where there are `limit` chips: matrices stay, in order, as long as there is room beside the largest;
 * the others take turns in that room, each written, in as many parts as it needs, before it is read.
 */
function reloadsOf(own: Hardware, held: readonly ShapedMatrix[], limit: number | undefined): Ledger {
  const ledger = emptyLedger();
  if (limit === undefined) return ledger;
  const sizes = held.map(({ k, n }) => own.device.footprint!(k, n));
  const perChip = sizes[0]!.chips === undefined ? 1 : sizes[0]!.tiles / sizes[0]!.chips;
  const available = Math.floor(limit * perChip);
  if (available < 1)
    throw new OhmlightError('invalid_value', `${limit} chips of ${own.name} have no tile: name more with --chips`);
  const needed = held.reduce((sum, { experts }, i) => sum + experts * sizes[i]!.tiles, 0);
  if (needed <= available) return ledger;
  const room = Math.min(available, Math.max(...sizes.map(({ tiles }) => tiles)));
  let free = available - room;
  held.forEach(({ k, n, experts }, i) => {
    const { tiles } = sizes[i]!;
    const staying = Math.min(experts, Math.floor(free / tiles));
    free -= staying * tiles;
    const { programming } = own.cost(k, n, 1);
    const parts = Math.ceil(tiles / room);
    const written = experts - staying;
    addSequential(ledger, {
      ...shareOf(programming, written),
      seconds: written * parts * programming.seconds,
      reloads: written * parts,
    });
  });
  return ledger;
}
