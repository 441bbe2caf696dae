import { nonNegative, type ParametersOf, type ValuesOf } from '../../profile/quantity.js';
import type { Cell } from '../crossbar/cell.js';
import { crossbarKind } from '../crossbar/crossbar.js';

/** Cells of a few levels. */
export const LEVELS = {
  level_sigma: nonNegative('1', "Programming error of a level, as a part of the level's conductance"),
} as const;

/** σ_prog = level_sigma·g; levels do not drift, and their reads are as quiet as their converters. */
export const levelCell = (p: ValuesOf<ParametersOf<typeof LEVELS>>): Cell => ({
  programmingSigma: (target) => p.level_sigma * target,
  readSigma: () => 0,
});

/** Multi-level cells under bit-serial inputs, as ISAAC has them (Shafiee et al., ISCA 2016). */
export const isaac = crossbarKind({ kind: 'rram-levels', parameters: LEVELS, cell: levelCell });
