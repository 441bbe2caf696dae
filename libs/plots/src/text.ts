import { INK, MUTED } from './palette.js';
import { element, escape } from './svg.js';

/** Fonts that systems have; a figure carries none. */
export const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif";

export const SIZES = { title: 17, panel: 14, label: 13, tick: 12, note: 11 } as const;

// Advance widths in em of Helvetica's classes of letters, widened a little: fonts differ by about a tenth.
const CLASSES: readonly (readonly [RegExp, number])[] = [
  [/[ijl.,:;|!'`]/, 0.28],
  [/[frt()[\]{} /\\-]/, 0.36],
  [/[mwMW%@—…]/, 0.9],
  [/[A-Z&]/, 0.72],
  [/[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]/, 0.4],
];

/** Estimated width of text in pixels: good for layout, not for typesetting. */
export function textWidth(text: string, size: number): number {
  let em = 0;
  for (const letter of text) em += CLASSES.find(([letters]) => letters.test(letter))?.[1] ?? 0.58;
  return em * size;
}

export interface TextStyle {
  readonly size: number;
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly bold?: boolean;
  readonly muted?: boolean;
  readonly colour?: string;
  /** Degrees, about the text's own place. */
  readonly rotate?: number;
  /** A white rim, for text over marks. */
  readonly halo?: boolean;
}

export const drawText = (text: string, x: number, y: number, style: TextStyle): string =>
  element(
    'text',
    {
      x,
      y,
      'font-size': style.size,
      fill: style.colour ?? (style.muted ? MUTED : INK),
      'text-anchor': style.anchor === 'start' ? undefined : style.anchor,
      'font-weight': style.bold ? '600' : undefined,
      transform: style.rotate ? `rotate(${style.rotate} ${Math.round(x)} ${Math.round(y)})` : undefined,
      ...(style.halo ? { stroke: '#fff', 'stroke-width': 3, 'paint-order': 'stroke', 'stroke-linejoin': 'round' } : {}),
    },
    escape(text),
  );
