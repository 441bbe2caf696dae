/** Numbers of a series; typed arrays are welcome. */
export type Series = ArrayLike<number>;

/**
 * A figure as data: what is drawn, with no word of how. Equal figures give equal bytes.
 * Lengths are pixels of the drawing; every axis names its quantity and unit.
 */
export interface Figure {
  readonly title: string;
  /** One line below the title: setting, seed, size of the sample. */
  readonly subtitle?: string;
  /** Small print at the foot: the source, or the command that makes the figure. */
  readonly note?: string;
  /** What a reader who cannot see the figure is told; the title unless given. */
  readonly description?: string;
  readonly panels: readonly Panel[];
  /** Panels side by side; 2 unless given, never more than there are. */
  readonly columns?: number;
  /** Size of a panel's plotting area; 400 × 280 unless given. */
  readonly panelSize?: Size;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** One coordinate system and what is drawn in it, first mark lowest. */
export interface Panel {
  readonly title?: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly marks: readonly Mark[];
  /** Names of the series above the plotting area; shown unless false. */
  readonly legend?: boolean;
  readonly size?: Size;
}

export interface Axis {
  /** Name of the quantity. */
  readonly label: string;
  /** Unit, shown in brackets after the label; leave out for a pure number or for categories. */
  readonly unit?: string;
  /** `category` is for bars: on x they stand, on y they lie. Linear unless given. */
  readonly scale?: 'linear' | 'log' | 'category';
  /** First and last value; from the data unless given. Descending domains are allowed. */
  readonly domain?: readonly [number, number];
  /** Lets a domain that comes from the data begin at zero. */
  readonly zero?: boolean;
  /** How ticks are written: plain numbers, percent of 1, or SI prefixes. */
  readonly ticks?: 'plain' | 'percent' | 'si';
}

/** Colour: a place in the palette (0 …), `ink`, `muted`, or any CSS colour. */
export type Colour = number | 'ink' | 'muted' | (string & {});

export type Mark = LineMark | ScatterMark | FrontMark | BarsMark | HistogramMark | HeatMark | RuleMark;

interface Named {
  /** Name in the legend; without one the mark is not listed. */
  readonly name?: string;
  /** The next colour of the palette unless given. */
  readonly colour?: Colour;
}

/** A line through (x, y); a gap where y is not finite. */
export interface LineMark extends Named {
  readonly kind: 'line';
  readonly x: Series;
  readonly y: Series;
  /** A shaded band about the line, in units of y. */
  readonly band?: { readonly low: Series; readonly high: Series };
  readonly dash?: boolean;
  /** Points on the line as well. */
  readonly points?: boolean;
  /** A step between points instead of a straight line. */
  readonly step?: boolean;
}

export interface Point {
  readonly x: number;
  readonly y: number;
  /** Written beside the point where there is room. */
  readonly label?: string;
  /** Ends of an error bar, in units of y. */
  readonly low?: number;
  readonly high?: number;
}

export interface ScatterMark extends Named {
  readonly kind: 'scatter';
  readonly points: readonly Point[];
  /** Circle unless given. Shape tells series apart where colour cannot. */
  readonly shape?: 'circle' | 'square' | 'triangle' | 'diamond' | 'cross';
  /** Radius in pixels; 4 unless given. */
  readonly size?: number;
}

/** Which of two values is better. */
export type Better = 'low' | 'high';

/** The Pareto front of points: a step line through those that no other point beats in both quantities. */
export interface FrontMark extends Named {
  readonly kind: 'front';
  readonly points: readonly Point[];
  readonly better: { readonly x: Better; readonly y: Better };
}

/** Bars of several series over the same categories. The other axis is of scale `category`. */
export interface BarsMark {
  readonly kind: 'bars';
  readonly categories: readonly string[];
  readonly series: readonly (Required<Pick<Named, 'name'>> & Named & { readonly values: Series })[];
  readonly layout: 'grouped' | 'stacked';
}

/** How often values fall into bins of equal width (of equal ratio on a log axis). */
export interface HistogramMark extends Named {
  readonly kind: 'histogram';
  readonly values: Series;
  /** Number of bins, or their edges in ascending order. 40 unless given. */
  readonly bins?: number | readonly number[];
  /** Share of the values per bin, so that series of different sizes compare; counts unless set. */
  readonly share?: boolean;
}

/** Values on a grid, row by row: value (column, row) is at `values[row * columns + column]`. */
export interface Field {
  readonly columns: number;
  readonly rows: number;
  readonly values: Series;
}

/** A 2D field as an image, drawn with paths so that it stays a plain SVG everywhere. */
export interface HeatMark {
  readonly kind: 'heat';
  readonly field: Field;
  /** Outer edges of the grid: first and last column's on x, first and last row's on y. Linear axes only. */
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
  /** `smooth` draws bands between levels (a field), `cells` one square a value (an array, a matrix). */
  readonly style: 'smooth' | 'cells';
  /** viridis (from low to high) unless given; `diverging` about the middle of the domain; `grey`. */
  readonly colours?: 'viridis' | 'diverging' | 'grey';
  /** Values of the first and last colour; from the data unless given. */
  readonly domain?: readonly [number, number];
  /** Number of colours; 24 unless given. */
  readonly levels?: number;
  /** Lines along these values: a decision boundary is the one at ½. */
  readonly contours?: readonly number[];
  /** Title of the colour bar; without one there is no bar. */
  readonly label?: string;
  readonly unit?: string;
}

/** A straight line across the panel at a value of one axis. */
export interface RuleMark extends Named {
  readonly kind: 'rule';
  readonly x?: number;
  readonly y?: number;
  /** Written at the end of the line. */
  readonly label?: string;
}
