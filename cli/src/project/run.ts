import { OhmlightError, profilesOf } from '@ohmlight/contracts';
import type { Profiles } from '@ohmlight/devices';
import { allPlacements } from '@ohmlight/evaluation';
import {
  type Assumptions,
  type Crossing,
  crossingOf,
  fuses,
  Hardware,
  type Load,
  type ModelShape,
  type Projection,
  Projector,
  QUANTITIES,
  type Quantity,
} from '@ohmlight/projection';
import { createTileEngine } from '@ohmlight/tile-engine';
import { batchGrid, contextGrid } from './grids.js';

/** Projections of one placement: at what was asked for, and along grids. */
export interface Projected {
  readonly placement: string;
  readonly at: Projector['at'];
  readonly pool: Projection['pool'];
  /** Every batch at every context. */
  readonly asked: readonly Projection[];
  /** Along batches, at each context. */
  readonly alongBatch: readonly (readonly Projection[])[];
  /** Along contexts, at each batch. */
  readonly alongContext: readonly (readonly Projection[])[];
}

export interface RunInput {
  readonly shape: ModelShape;
  readonly profiles: Profiles;
  readonly placements?: readonly string[] | undefined;
  readonly batch: readonly number[];
  readonly context: readonly number[];
  readonly assumptions: Assumptions;
}

/** Placements whose feed-forward part is no chain, in the order of the tables. */
export const projectable = (profiles: Profiles): string[] =>
  allPlacements(profiles).filter((name) => !fuses(profiles.placements.get(name)!.rules));

/**
 * @throws OhmlightError `model_not_found` for a placement that does not exist or whose layers the model does not have;
 *   `invalid_value` for what `project` refuses
 */
export function runProjections(
  { shape, profiles, placements, batch, context, assumptions }: RunInput,
  onProgress: (done: number, total: number, next: string) => void,
): Projected[] {
  const engine = createTileEngine();
  const names = placements ?? projectable(profiles);
  const hardware = new Map<string, Hardware>();
  return names.map((name, i) => {
    onProgress(i, names.length, name);
    const placement = profiles.placements.get(name);
    if (!placement)
      throw new OhmlightError(
        'model_not_found',
        `there is no placement "${name}"; there are ${projectable(profiles).join(', ')}`,
      );
    for (const profile of profilesOf(placement.rules))
      if (!hardware.has(profile)) hardware.set(profile, new Hardware(profiles.devices.get(profile)!, engine));
    const projector = new Projector(shape, placement, hardware, profiles.digitalUnit, assumptions);
    const at = (load: Load): Projection => projector.at(load);
    const asked = context.flatMap((positions) => batch.map((count) => at({ batch: count, context: positions })));
    return {
      placement: name,
      pool: asked[0]!.pool,
      at,
      asked,
      alongBatch: context.map((positions) => batchGrid(batch).map((count) => at({ batch: count, context: positions }))),
      alongContext: batch.map((count) =>
        contextGrid(shape.context).map((positions) => at({ batch: count, context: positions })),
      ),
    };
  });
}

/** What the others are held against where nothing is named. */
const USUAL_RIVAL = 'h200';

/**
 * Digital placements that the others are held against: those named, else the usual one, else the first there is.
 * @throws OhmlightError `invalid_value` for a name that is not among the digital placements projected
 */
export function rivalsOf(projected: readonly Projected[], named: readonly string[] | undefined): Projected[] {
  const digital = projected.filter(({ pool }) => pool === 'digital');
  if (!named) return [digital.find(({ placement }) => placement === USUAL_RIVAL) ?? digital[0]].filter((one) => !!one);
  return named.map((name) => {
    const rival = digital.find(({ placement }) => placement === name);
    if (rival) return rival;
    throw new OhmlightError(
      'invalid_value',
      `"${name}" is not among the digital placements projected, ${digital.map(({ placement }) => placement).join(', ') || 'of which there are none'}; add it to --placements or name another with --against`,
    );
  });
}

/** Where every placement that is not digital changes places with each rival, along batches and along contexts. */
export function crossingsOf(projected: readonly Projected[], rivals: readonly Projected[]): Crossing[] {
  const quantities = Object.keys(QUANTITIES) as Quantity[];
  return projected
    .filter(({ pool }) => pool !== 'digital')
    .flatMap((own) =>
      rivals.flatMap((rival) =>
        quantities.flatMap((quantity) => [
          ...own.alongBatch.map((points) =>
            crossingOf(own, rival, quantity, {
              along: 'batch',
              at: points[0]!.context,
              grid: points.map(({ batch }) => batch),
            }),
          ),
          ...own.alongContext.map((points) =>
            crossingOf(own, rival, quantity, {
              along: 'context',
              at: points[0]!.batch,
              grid: points.map(({ context }) => context),
            }),
          ),
        ]),
      ),
    );
}
