import { OhmlightError } from '@ohmlight/contracts';
import { format } from 'd3-format';
import { scaleBand, scaleLinear, scaleLog } from 'd3-scale';
import type { Axis } from './figure.js';

export interface Tick {
  /** Place in pixels. */
  readonly at: number;
  /** Empty for a tick between labelled ones. */
  readonly text: string;
}

/** An axis laid over a range of pixels. */
export interface Laid {
  readonly axis: Axis;
  readonly range: readonly [number, number];
  /** Pixel of a value; NaN where the axis has no such place (not positive on a log axis). */
  at(value: number): number;
  readonly domain: readonly [number, number];
  readonly ticks: readonly Tick[];
  /** First pixel and width of a category's band. */
  band(category: string): readonly [number, number];
}

/** A domain from the data ends at the data, at the next round numbers, or there with room for symbols. */
export type Fit = 'tight' | 'round' | 'roomy';

const ROOM = 0.04;

const SUPERSCRIPT = '⁰¹²³⁴⁵⁶⁷⁸⁹';
const power = (exponent: number): string =>
  `10${exponent < 0 ? '⁻' : ''}${String(Math.abs(exponent)).replaceAll(/\d/g, (digit) => SUPERSCRIPT[Number(digit)]!)}`;

const siFormat = format('.3~s');
const percentFormat = format('.3~%');
/** A number too large or small to be read in full: 1.2·10⁻⁶. */
function scientific(value: number, digits: number): string {
  if (value === 0) return '0';
  const [mantissa, exponent] = format(`.${digits}~e`)(value).split('e');
  return `${mantissa === '1' ? '' : `${mantissa}·`}${power(Number(exponent!.replace('−', '-')))}`;
}

const MOST_DIGITS = 12;

/** Texts of a linear axis with as few digits, from `least` on, as tell every tick from the others. */
function distinctTexts(
  values: readonly number[],
  least: number,
  write: (value: number, digits: number) => string,
): string[] {
  for (let digits = least; ; digits++) {
    const texts = values.map((value) => write(value, digits));
    if (digits >= MOST_DIGITS || new Set(texts).size === texts.length) return texts;
  }
}

function logText(value: number, exponent: number, axis: Axis, plain: boolean): string {
  if (axis.ticks === 'si') return siFormat(value);
  if (axis.ticks === 'percent') return percentFormat(value);
  if (plain) return format('~f')(value);
  const mantissa = Math.round(value / 10 ** exponent);
  return mantissa === 1 ? power(exponent) : `${mantissa}·${power(exponent)}`;
}

const LABELLED_TICKS = 9;

/** Ticks of a log axis: every decade, or every second, third … when there are many; 2 and 5 too when few. */
function logTicks([low, high]: readonly [number, number], axis: Axis): { value: number; text: string }[] {
  const [first, last] = [Math.floor(Math.log10(low) + 1e-9), Math.ceil(Math.log10(high) - 1e-9)];
  const decades = last - first;
  const mantissas = decades <= 2 ? [1, 2, 5] : [1];
  const every = Math.ceil((decades + 1) / LABELLED_TICKS);
  const plain = low >= 0.9e-3 && high <= 1.1e5;
  const ticks: { value: number; text: string }[] = [];
  for (let exponent = first; exponent <= last; exponent++) {
    for (let mantissa = 1; mantissa <= 9; mantissa++) {
      const value = Number(`${mantissa}e${exponent}`);
      if (value < low * (1 - 1e-9) || value > high * (1 + 1e-9)) continue;
      const labelled = mantissas.includes(mantissa) && (exponent - first) % every === 0;
      if (labelled || every === 1) ticks.push({ value, text: labelled ? logText(value, exponent, axis, plain) : '' });
    }
  }
  return ticks;
}

/** Extent of the finite (and, on a log axis, positive) values, with a share of it as room at both ends. */
function extent(values: Iterable<number>, axis: Axis, room: number): [number, number] {
  const log = axis.scale === 'log';
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (!Number.isFinite(value) || (log && value <= 0)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high)
    throw new OhmlightError(
      'invalid_value',
      `axis "${axis.label}" has no value to show: give data or a domain`,
      'domain',
    );
  if (low === high) {
    const half = (Math.abs(low) || 1) / 2;
    [low, high] = log ? [low / 2, high * 2] : [low - half, high + half];
  }
  if (log) return [low * (low / high) ** room, high * (high / low) ** room];
  const [from, to] = [low - room * (high - low), high + room * (high - low)];
  return axis.zero ? [Math.min(0, low === 0 ? 0 : from), Math.max(0, to)] : [from, to];
}

/**
 * Lays an axis over `range` pixels. `values` are what a domain that is not given must hold; `fit` says
 * where it ends.
 * @throws OhmlightError invalid_value: no finite value, or a log axis whose domain is not positive
 */
export function layAxis(
  axis: Axis,
  values: () => Iterable<number>,
  categories: readonly string[],
  range: readonly [number, number],
  fit: Fit,
): Laid {
  if (axis.scale === 'category') {
    const scale = scaleBand(categories, [Math.min(...range), Math.max(...range)])
      .paddingInner(0.25)
      .paddingOuter(0.15);
    return {
      axis,
      range,
      domain: [0, categories.length],
      at: (index) => scale(categories[index] ?? '')! + scale.bandwidth() / 2,
      ticks: categories.map((text) => ({ at: scale(text)! + scale.bandwidth() / 2, text })),
      band: (category) => [scale(category)!, scale.bandwidth()],
    };
  }
  const band = (): never => {
    throw new OhmlightError('invalid_value', `axis "${axis.label}" holds bars: set its scale to category`, 'scale');
  };
  const domain = axis.domain ?? extent(values(), axis, fit === 'roomy' ? ROOM : 0);
  if (axis.scale === 'log') {
    if (!(domain[0] > 0 && domain[1] > 0))
      throw new OhmlightError('invalid_value', `log axis "${axis.label}" needs a positive domain`, 'domain');
    const scale = scaleLog(domain, range);
    const [low, high] = [Math.min(...domain), Math.max(...domain)];
    return {
      axis,
      range,
      domain,
      band,
      at: (value) => (value > 0 ? scale(value) : NaN),
      ticks: logTicks([low, high], axis).map(({ value, text }) => ({ at: scale(value), text })),
    };
  }
  const count = Math.max(3, Math.round(Math.abs(range[1] - range[0]) / 70));
  const scale = scaleLinear(domain, range);
  if (!axis.domain && fit !== 'tight') scale.nice(count);
  const [low = 0, high = 1] = scale.domain();
  const most = Math.max(Math.abs(low), Math.abs(high));
  const outside = most >= 1e5 || most < 1e-3;
  const places = scale.ticks(count);
  const texts =
    axis.ticks === 'si'
      ? distinctTexts(places, 3, (value, digits) => format(`.${digits}~s`)(value))
      : axis.ticks !== 'percent' && outside
        ? distinctTexts(places, 4, scientific)
        : places.map(scale.tickFormat(count, axis.ticks === 'percent' ? '%' : undefined));
  return {
    axis,
    range,
    domain: [low, high],
    band,
    at: (value) => scale(value),
    ticks: places.map((value, i) => ({ at: scale(value), text: texts[i]! })),
  };
}

export const axisTitle = ({ label, unit }: Axis): string => (unit ? `${label} (${unit})` : label);
