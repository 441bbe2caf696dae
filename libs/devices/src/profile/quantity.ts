import { z } from 'zod';

/** A profile value: what it is, in which unit, and where it comes from (a paper, a datasheet, or "assumption"). */
export interface Quantity<T = number> {
  readonly value: T;
  readonly unit: string;
  readonly source: string;
  /** Ends of what the value may be, and where they come from; all three or none. */
  readonly low?: T;
  readonly high?: T;
  readonly band?: string;
}

/** What a kind of device asks of one parameter. */
export interface ParameterSpec {
  /** SI unit without prefix; `1` for a plain number. */
  readonly unit: string;
  /** What the parameter is; the reference page prints it. */
  readonly meaning: string;
  readonly value: z.ZodType<number | string | readonly number[]>;
  /** Value of a profile that does not name the parameter: the one at which its effect is absent. */
  readonly neutral?: number | string | readonly number[];
}

/** Source of a parameter that its profile leaves at the neutral value. */
export const NEUTRAL_SOURCE = 'not modelled';

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
/** A number of either sign. */
export const signed = spec(z.number());
/** Coefficients, lowest power first. */
export const coefficients = spec(z.array(z.number()).min(1).max(12).readonly());
/** A whole number in a range, both ends included. */
export const whole = (minimum: number, maximum: number, unit: string, meaning: string) =>
  spec(z.number().int().min(minimum).max(maximum))(unit, meaning);
/** One of a few words. */
export const oneOf = <const W extends readonly [string, ...string[]]>(words: W, meaning: string) =>
  spec(z.enum(words))('1', meaning);

/** A parameter that profiles may leave out. */
export const optional = <S extends ParameterSpec>(neutral: z.infer<S['value']>, parameter: S): S => ({
  ...parameter,
  neutral,
});

export type ParameterTable = Readonly<Record<string, ParameterSpec>>;

/** The parameters of a table, each with value, unit and source. */
export type ParametersOf<T extends ParameterTable> = {
  readonly [N in keyof T]: Quantity<z.infer<T[N]['value']>>;
};

/**
 * Schema of a table's parameters: no other, each in the table's unit and with a source; those without a neutral value
 * must be there.
 */
export function parametersSchema<T extends ParameterTable>(table: T): z.ZodType<ParametersOf<T>> {
  return withoutCompilation(() => schemaOf(table));
}

/** A schema that is used once or twice: to compile it, as zod does for speed, takes longer than all that it checks. */
function withoutCompilation<S>(make: () => S): S {
  const { jitless = false } = z.config();
  z.config({ jitless: true });
  try {
    return make();
  } finally {
    z.config({ jitless });
  }
}

function schemaOf<T extends ParameterTable>(table: T): z.ZodType<ParametersOf<T>> {
  const shape: Record<string, z.ZodType> = {};
  for (const [name, { unit, value, neutral }] of Object.entries(table)) {
    const source = z.string().trim().min(4, { error: 'name a paper, a datasheet or "assumption"' });
    const quantity = z
      .strictObject({
        value,
        unit: z.literal(unit, { error: `the unit must be "${unit}"` }),
        source,
        low: value.optional(),
        high: value.optional(),
        band: source.optional(),
      })
      .superRefine(checkBand);
    shape[name] = neutral === undefined ? quantity : quantity.default({ value: neutral, unit, source: NEUTRAL_SOURCE });
  }
  return z.strictObject(shape) as unknown as z.ZodType<ParametersOf<T>>;
}

/** Low, high and their source come together, around a number. */
function checkBand(quantity: Readonly<Record<string, unknown>>, context: z.RefinementCtx): void {
  const { value, low, high, band } = quantity;
  const fault = (field: string, message: string): void => context.addIssue({ code: 'custom', path: [field], message });
  const given = Object.entries({ low, high, band }).filter(([, field]) => field !== undefined);
  if (given.length === 0) return;
  if (given.length < 3)
    return fault(given[0]![0], 'low, high and band (the source of both) come together: give all three or none');
  if (typeof value !== 'number' || typeof low !== 'number' || typeof high !== 'number')
    return fault('band', 'only a number has a low and a high end');
  if (!(low <= value)) return fault('low', `low must be at most the value, ${value}`);
  if (!(high >= value)) return fault('high', `high must be at least the value, ${value}`);
}

/** The bare values of a set of parameters, for formulas. */
export type ValuesOf<P extends Readonly<Record<string, Quantity<unknown>>>> = {
  readonly [N in keyof P]: P[N]['value'];
};

export function valuesOf<P extends Readonly<Record<string, Quantity<unknown>>>>(parameters: P): ValuesOf<P> {
  return Object.fromEntries(Object.entries(parameters).map(([name, { value }]) => [name, value])) as ValuesOf<P>;
}
