import type { Component } from '@ohmlight/contracts';

/** All parts of one sort of an architecture that is never idle. */
export interface RatedPart {
  /** What it is: `laser`, `dac`, `ring`, … ; each part stands once in a rating. */
  readonly part: string;
  /** Where a ledger books its energy. */
  readonly component: Component;
  readonly count: number;
  /** Of all of them, W. */
  readonly watts: number;
  /** Of all of them, m²; undefined where the profile gives no area. */
  readonly squareMetres: number | undefined;
}

/** What the devices of a profile do, take and cover at full use. */
export interface Rating {
  /** A multiplication and an addition are two operations. */
  readonly operationsPerSecond: number;
  /** From laser to detector, division among outputs apart, dB. */
  readonly insertionLoss: number;
  readonly parts: readonly RatedPart[];
  /** Sum of the parts. */
  readonly watts: number;
  /** Sum of the parts; undefined where one has no area. */
  readonly squareMetres: number | undefined;
}

/** Sums of parts. */
export function rating(operationsPerSecond: number, insertionLoss: number, parts: readonly RatedPart[]): Rating {
  const areas = parts.map(({ squareMetres }) => squareMetres);
  return {
    operationsPerSecond,
    insertionLoss,
    parts,
    watts: parts.reduce((sum, { watts }) => sum + watts, 0),
    squareMetres: areas.includes(undefined) ? undefined : areas.reduce<number>((sum, area) => sum + area!, 0),
  };
}

/** `count` parts of `watts` and `area` each; an area of 0 stands for none given. */
export const ratedPart = (
  part: string,
  component: Component,
  count: number,
  watts: number,
  area?: number,
): RatedPart => ({
  part,
  component,
  count,
  watts: count * watts,
  squareMetres: area === undefined ? undefined : count * area,
});

/** Cores that multiply a vector of `inputs` by `inputs` × `outputs` weights for `vectors` vectors in a symbol. */
export interface CoreGeometry {
  readonly cores: number;
  readonly inputs: number;
  readonly outputs: number;
  /** Vectors of a symbol; 1 where a core multiplies one vector at a time. */
  readonly vectors?: number;
  /** Symbols per second, Hz. */
  readonly symbolRate: number;
}

/** Operations per second of cores that are never idle: 2·cores·inputs·outputs·vectors·rate. */
export const peakOperations = ({ cores, inputs, outputs, vectors = 1, symbolRate }: CoreGeometry): number =>
  2 * cores * inputs * outputs * vectors * symbolRate;
