import { assertLayers, layerFault, OhmlightError } from '@ohmlight/contracts';
import { REFERENCE_PLACEMENT } from '@ohmlight/devices';
import type { ServedCheckpoint } from './served-checkpoint.js';
import type { PlacedDevice, ServedPlacement } from './served-placement.js';

export interface ServedModel {
  /** `checkpoint@placement`. */
  readonly id: string;
  readonly checkpoint: ServedCheckpoint;
  readonly placement: ServedPlacement;
  /** What its phases run on, each once. */
  readonly devices: readonly PlacedDevice[];
}

const modelOf = (id: string, checkpoint: ServedCheckpoint, placement: ServedPlacement): ServedModel => ({
  id,
  checkpoint,
  placement,
  devices: placement.devices(checkpoint.model.config.layers),
});

/** What requests may name: every checkpoint on every placement whose rules fit it. */
export class ModelCatalogue {
  readonly #checkpoints: ReadonlyMap<string, ServedCheckpoint>;
  readonly #placements: ReadonlyMap<string, ServedPlacement>;

  constructor(checkpoints: readonly ServedCheckpoint[], placements: readonly ServedPlacement[]) {
    this.#checkpoints = new Map(checkpoints.map((checkpoint) => [checkpoint.name, checkpoint]));
    this.#placements = new Map(placements.map((placement) => [placement.name, placement]));
  }

  get checkpoints(): readonly ServedCheckpoint[] {
    return [...this.#checkpoints.values()];
  }

  get placements(): readonly ServedPlacement[] {
    return [...this.#placements.values()];
  }

  /** Every checkpoint × placement that fits it, in the order of their names. */
  list(): ServedModel[] {
    return this.checkpoints.flatMap((checkpoint) =>
      this.placements
        .filter(({ rules }) => layerFault(rules, checkpoint.model.config.layers) === undefined)
        .map((placement) => modelOf(`${checkpoint.name}@${placement.name}`, checkpoint, placement)),
    );
  }

  /**
   * The model of a name: `checkpoint@placement`, or a checkpoint's name alone for the reference placement.
   * @throws OhmlightError `model_not_found`, listing what exists, or telling why the placement does not fit
   */
  resolve(model: string): ServedModel {
    const at = model.indexOf('@');
    const name = at < 0 ? model : model.slice(0, at);
    const placementName = at < 0 ? REFERENCE_PLACEMENT : model.slice(at + 1);
    const checkpoint = this.#checkpoints.get(name);
    const placement = this.#placements.get(placementName);
    if (checkpoint && placement) {
      assertLayers(placement, checkpoint.name, checkpoint.model.config.layers);
      return modelOf(model, checkpoint, placement);
    }
    const missing = checkpoint ? `placement "${shorten(placementName)}"` : `checkpoint "${shorten(name)}"`;
    throw new OhmlightError(
      'model_not_found',
      `there is no ${missing}; a model is named checkpoint@placement: checkpoints ${names(this.#checkpoints)}; ` +
        `placements ${names(this.#placements)}`,
      'model',
    );
  }
}

const names = (map: ReadonlyMap<string, unknown>): string => [...map.keys()].join(', ') || '(none)';

const shorten = (text: string): string => (text.length > 80 ? `${text.slice(0, 80)}…` : text);
