import { type DeviceProfile, type FieldValue, fieldValue, profileFields } from '@ohmlight/devices';
import { InvalidArgumentError } from 'commander';
import { Failure } from '../failure.js';

/** A field as it was written, and the values that it takes. */
export interface Axis {
  readonly field: string;
  readonly values: readonly FieldValue[];
}

/** Most values of one field. */
const MOST_VALUES = 1000;

const NUMBER = String.raw`[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?`;
const RANGE = new RegExp(String.raw`^(${NUMBER})\.\.(${NUMBER})(?:([*+])(${NUMBER}))?$`);
const PLAIN = new RegExp(`^${NUMBER}$`);

/**
 * Reads one `--vary`: `adc_bits=4..10`, `tile_rows=64,128,256`, `read_noise=1e-6..1e-4*10`, `drift=0..0.1+0.02`,
 * `weight_scheme=differential,offset`. Lists and ranges mix.
 */
export function parseVary(text: string, before: readonly Axis[] = []): Axis[] {
  const at = text.indexOf('=');
  const field = text.slice(0, at).trim();
  if (at < 1 || field === '') throw new InvalidArgumentError('write field=values, like adc_bits=4..10.');
  if (before.some((axis) => axis.field === field))
    throw new InvalidArgumentError(`${field} is varied already; write all its values in one --vary.`);
  const values = text
    .slice(at + 1)
    .split(',')
    .flatMap((part) => valuesOf(part.trim()));
  if (values.length > MOST_VALUES)
    throw new InvalidArgumentError(`${field} takes ${values.length} values; at most ${MOST_VALUES} are tried.`);
  return [...before, { field, values: [...new Set(values)] }];
}

function valuesOf(part: string): FieldValue[] {
  if (part === '') throw new InvalidArgumentError('a value is empty; write numbers or words separated by commas.');
  if (PLAIN.test(part)) return [Number(part)];
  const range = RANGE.exec(part);
  if (!range) {
    if (part.includes('..'))
      throw new InvalidArgumentError(`"${part}" is no range; write 4..10, 0..1+0.25 or 1e-6..1e-4*10.`);
    return [part];
  }
  const [first, last] = [Number(range[1]), Number(range[2])];
  if (last < first) throw new InvalidArgumentError(`"${part}" ends before it begins; write the lower number first.`);
  const [sign, step] = [range[3] ?? '+', Number(range[4] ?? 1)];
  if (range[3] === undefined && !(Number.isInteger(first) && Number.isInteger(last)))
    throw new InvalidArgumentError(`"${part}" is not of whole numbers; add a step: ${part}+0.1 or ${part}*2.`);
  if (sign === '*' ? !(first > 0 && step > 1) : !(step > 0))
    throw new InvalidArgumentError(`"${part}" has no end; a factor is above 1, from a number above 0, a step above 0.`);
  const values: number[] = [];
  // Each from the first, so that no rounding adds up; a hair beyond the last counts as the last.
  for (let i = 0; values.length <= MOST_VALUES; i++) {
    const value = Number((sign === '*' ? first * step ** i : first + step * i).toPrecision(12));
    if (value > last + 1e-9 * Math.abs(last)) break;
    values.push(value);
  }
  return values;
}

/**
 * A field by its name in the profile: dots are read as underscores, and `array` as `tile`.
 * @throws Failure listing the fields.
 */
export function resolveField(profile: DeviceProfile, written: string): string {
  const fields = profileFields(profile);
  const plain = written.replaceAll('.', '_');
  const chained = written.startsWith('chain.') ? `chain.${written.slice(6).replaceAll('.', '_')}` : written;
  for (const name of [written, chained, plain, plain.replace(/^array_/, 'tile_')]) if (fields.has(name)) return name;
  const varied = [...fields.keys()].filter((name) => !isList(profile, name));
  const near = varied.filter((name) => sharesWord(name, plain));
  const hint = near.length > 0 && near.length < varied.length ? `near it are ${near.join(', ')}; ` : '';
  throw new Failure(`${profile.name} has no field "${written}"; ${hint}its fields are ${varied.join(', ')}`);
}

/** Whether two names have a word in common, its ending aside: `adc_bits` and `adc.bit`. */
function sharesWord(one: string, other: string): boolean {
  const stems = (name: string): string[] => name.split(/[._]/).map((word) => word.slice(0, 4));
  return stems(one).some((stem) => stems(other).includes(stem));
}

/** Coefficients of a law and the like: values that `--vary` has no spelling for. */
const isList = (profile: DeviceProfile, field: string): boolean => Array.isArray(fieldValue(profile, field));

/**
 * Axes with the profile's own names.
 * @throws Failure for an unknown field, one that is a list, a value out of range, or a field that two axes name.
 */
export function resolveAxes(profile: DeviceProfile, axes: readonly Axis[]): Axis[] {
  const fields = profileFields(profile);
  const resolved = axes.map(({ field: written, values }) => {
    const field = resolveField(profile, written);
    if (isList(profile, field))
      throw new Failure(
        `${field} is a list, which is not varied; vary another field, or write a profile for each list`,
      );
    const { value: schema, meaning, unit } = fields.get(field)!;
    for (const value of values) {
      const { error } = schema.safeParse(value);
      if (error)
        throw new Failure(
          `--vary ${written}: ${value} is ${error.issues[0]!.code === 'invalid_type' ? 'no value of it' : 'out of range'}: ${error.issues[0]!.message}; ${field} is "${meaning}"${unit === '1' ? '' : `, in ${unit}`}`,
        );
    }
    return { field, values };
  });
  const twice = resolved.find(({ field }, i) => resolved.findIndex((axis) => axis.field === field) < i);
  if (twice) throw new Failure(`${twice.field} is varied twice; write all its values in one --vary`);
  return resolved;
}

/** A value for each axis. */
export type Point = Readonly<Record<string, FieldValue>>;

/** Every combination, the last axis fastest. */
export function pointsOf(axes: readonly Axis[]): Point[] {
  return axes.reduce<Point[]>(
    (points, { field, values }) => points.flatMap((point) => values.map((value) => ({ ...point, [field]: value }))),
    [{}],
  );
}

export const pointName = (point: Point): string =>
  Object.entries(point)
    .map(([field, value]) => `${field}=${value}`)
    .join(' ');
