import type { Fit, Laid } from '../axis.js';
import type { Colour } from '../figure.js';

/** Rectangle of a panel's plotting area, in pixels of the drawing. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where a mark is drawn. */
export interface Place {
  readonly x: Laid;
  readonly y: Laid;
  readonly box: Box;
}

export interface LegendEntry {
  readonly name: string;
  readonly colour: Colour;
  readonly swatch: 'line' | 'dash' | 'area' | 'circle' | 'square' | 'triangle' | 'diamond' | 'cross';
}

export interface ColourBar {
  readonly label: string;
  readonly unit?: string;
  readonly domain: readonly [number, number];
  /** CSS colours from low to high. */
  readonly colours: readonly string[];
}

/** A mark ready to be laid out: what it spans, what the legend says, and how it is drawn. */
export interface Drawn {
  readonly xs: () => Iterable<number>;
  readonly ys: () => Iterable<number>;
  readonly categories?: readonly string[];
  /** Where axes that the data make end: at the mark itself, or beyond its symbols. */
  readonly fit?: Fit;
  readonly legend: readonly LegendEntry[];
  readonly bar?: ColourBar;
  /** Inside the plotting area, clipped at its edges. */
  draw(place: Place): string;
  /** Where its symbols stand, for labels to keep off. */
  symbols?(place: Place): Box[];
  /** Labels and symbols, above all marks and not clipped; labels keep off the boxes of `taken`, and add theirs. */
  labels?(place: Place, taken: Box[]): string;
}
