import { interpolateGreys, interpolatePuOr, interpolateViridis } from 'd3-scale-chromatic';
import type { Colour } from './figure.js';

export const INK = '#1a202c';
export const MUTED = '#5a6577';
export const GRID = '#e6e9ee';
export const FRAME = '#a0aec0';
export const PAPER = '#ffffff';

/**
 * Okabe & Ito's palette (Color Universal Design, 2008), which the common kinds of colour blindness can tell
 * apart; yellow is darkened, as lines on white need it, and comes last.
 */
const SERIES = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#56b4e9', '#e69f00', '#6b4ba1', '#8a8500'] as const;

/** CSS colour of a description's colour. */
export function cssColour(colour: Colour): string {
  if (colour === 'ink') return INK;
  if (colour === 'muted') return MUTED;
  return typeof colour === 'number' ? SERIES[colour % SERIES.length]! : colour;
}

const hex = (rgb: string): string =>
  rgb.startsWith('#')
    ? rgb
    : `#${[...rgb.matchAll(/\d+/g)].map(([channel]) => Number(channel).toString(16).padStart(2, '0')).join('')}`;

const MAPS = {
  viridis: interpolateViridis,
  // Orange to violet through white: told apart by the colour-blind, pale enough for marks on top.
  diverging: (t: number) => interpolatePuOr(0.75 - 0.5 * t),
  grey: (t: number) => interpolateGreys(1 - t),
} as const;

export type ColourMap = keyof typeof MAPS;

/** Colour at t ∈ [0, 1] of a map. */
export const mapColour = (map: ColourMap, t: number): string => hex(MAPS[map](Math.min(1, Math.max(0, t))));
