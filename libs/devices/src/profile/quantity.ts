import { z } from 'zod';

/** A profile value: what it is, in which unit, and where it comes from (a paper, a datasheet, or "assumption"). */
export interface Quantity<T = number> {
  readonly value: T;
  readonly unit: string;
  readonly source: string;
}

/** What a kind of device asks of one parameter. */
export interface ParameterSpec {
  /** SI unit without prefix; `1` for a plain number. */
  readonly unit: string;
  /** What the parameter is; the reference page prints it. */
  readonly meaning: string;
  readonly value: z.ZodType<number | string | readonly number[]>;
}

const spec =
  <V extends z.ZodType<number | string | readonly number[]>>(value: V) =>
  (unit: string, meaning: string): ParameterSpec & { readonly value: V } => ({ unit, meaning, value });

/** A finite number greater than zero. */
export const positive = spec(z.number().positive());
/** A finite number of at least zero. */
export const nonNegative = spec(z.number().min(0));
/** A number from 0 to `maximum`. */
export const upTo = (maximum: number, unit: string, meaning: string) =>
  spec(z.number().min(0).max(maximum))(unit, meaning);
/** A share between 0 (excluded) and 1. */
export const share = spec(z.number().gt(0).max(1));
/** Coefficients, lowest power first. */
export const coefficients = spec(z.array(z.number()).min(1).max(8).readonly());
/** A whole number in a range, both ends included. */
export const whole = (minimum: number, maximum: number, unit: string, meaning: string) =>
  spec(z.number().int().min(minimum).max(maximum))(unit, meaning);
/** One of a few words. */
export const oneOf = <const W extends readonly [string, ...string[]]>(words: W, meaning: string) =>
  spec(z.enum(words))('1', meaning);

export type ParameterTable = Readonly<Record<string, ParameterSpec>>;

/** The parameters of a table, each with value, unit and source. */
export type ParametersOf<T extends ParameterTable> = {
  readonly [N in keyof T]: Quantity<z.infer<T[N]['value']>>;
};

/** Schema of a table's parameters: all of them, no other, each in the table's unit and with a source. */
export function parametersSchema<T extends ParameterTable>(table: T): z.ZodType<ParametersOf<T>> {
  const shape: Record<string, z.ZodType> = {};
  for (const [name, { unit, value }] of Object.entries(table)) {
    shape[name] = z.strictObject({
      value,
      unit: z.literal(unit, { error: `the unit must be "${unit}"` }),
      source: z.string().trim().min(4, { error: 'name a paper, a datasheet or "assumption"' }),
    });
  }
  return z.strictObject(shape) as unknown as z.ZodType<ParametersOf<T>>;
}

/** The bare values of a set of parameters, for formulas. */
export type ValuesOf<P extends Readonly<Record<string, Quantity<unknown>>>> = {
  readonly [N in keyof P]: P[N]['value'];
};

export function valuesOf<P extends Readonly<Record<string, Quantity<unknown>>>>(parameters: P): ValuesOf<P> {
  return Object.fromEntries(Object.entries(parameters).map(([name, { value }]) => [name, value])) as ValuesOf<P>;
}
