/** One option of an experiment, as the command line gives it. */
export interface OptionSpec<V = unknown> {
  /** What stands behind the name in the help: `<count>`. */
  readonly placeholder: string;
  readonly meaning: string;
  readonly fallback: V;
  /** Repeatable: texts are gathered into a list before they are parsed. */
  readonly repeats?: boolean;
  /** @throws Error whose message says what to write. */
  parse(text: string): V;
}

/** Options by name in camelCase; `noiseRepeats` is `--noise-repeats`. */
export type OptionTable = Readonly<Record<string, OptionSpec>>;

export type OptionValues<T extends OptionTable> = {
  readonly [N in keyof T]: T[N] extends OptionSpec<infer V> ? V : never;
};

const refuse = (remedy: string): never => {
  throw new RangeError(remedy);
};

/** A whole number in a range, both ends included. */
export const integer = (fallback: number, low: number, high: number, meaning: string): OptionSpec<number> => ({
  placeholder: '<count>',
  meaning,
  fallback,
  parse: (text) => {
    const value = Number(text);
    const fits = /^\d+$/.test(text) && value >= low && value <= high;
    return fits ? value : refuse(`write a whole number from ${low} to ${high}.`);
  },
});

/** A seed: a whole number below 2⁶⁴. */
export const seed = (meaning: string): OptionSpec<bigint> => ({
  placeholder: '<number>',
  meaning,
  fallback: 1n,
  parse: (text) =>
    /^\d{1,20}$/.test(text) && BigInt(text) < 1n << 64n
      ? BigInt(text)
      : refuse('write a whole number from 0 to 18446744073709551615.'),
});

/** A number in a range, both ends included. */
export const number = (fallback: number, low: number, high: number, meaning: string): OptionSpec<number> => ({
  placeholder: '<number>',
  meaning,
  fallback,
  parse: (text) => {
    const value = Number(text);
    const fits = text.trim() !== '' && Number.isFinite(value) && value >= low && value <= high;
    return fits ? value : refuse(`write a number from ${low} to ${high}.`);
  },
});

/** Whole numbers separated by commas; they come out ascending, each once. */
export const integers = (
  fallback: readonly number[],
  low: number,
  high: number,
  meaning: string,
): OptionSpec<readonly number[]> => ({
  placeholder: '<counts>',
  meaning,
  fallback,
  parse: (text) => {
    const values = text.split(',').map((part) => part.trim());
    const fits = values.every((part) => /^\d+$/.test(part) && Number(part) >= low && Number(part) <= high);
    if (!fits) return refuse(`write whole numbers from ${low} to ${high}, with commas between.`);
    return [...new Set(values.map(Number))].toSorted((a, b) => a - b);
  },
});

/** Numbers separated by commas; they come out ascending, each once. */
export const numbers = (
  fallback: readonly number[],
  low: number,
  high: number,
  meaning: string,
): OptionSpec<readonly number[]> => ({
  placeholder: '<numbers>',
  meaning,
  fallback,
  parse: (text) => {
    const values = text.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
    if (!values.every((value) => value >= low && value <= high))
      return refuse(`write numbers from ${low} to ${high}, with commas between.`);
    return [...new Set(values)].toSorted((a, b) => a - b);
  },
});

/** One of a few words. */
export const choice = <const W extends string>(
  fallback: NoInfer<W>,
  words: readonly W[],
  meaning: string,
): OptionSpec<W> => ({
  placeholder: `<${words.join('|')}>`,
  meaning,
  fallback,
  parse: (text) => words.find((word) => word === text) ?? refuse(`write one of ${words.join(', ')}.`),
});

/** Name of a device profile; the experiment checks its kind. */
export const profileName = (fallback: string, meaning: string): OptionSpec<string> => ({
  placeholder: '<name>',
  meaning,
  fallback,
  parse: (text) => text,
});

/** Names of device profiles separated by commas, each once; the experiment checks their kinds. */
export const profileNames = (fallback: readonly string[], meaning: string): OptionSpec<readonly string[]> => ({
  placeholder: '<names>',
  meaning,
  fallback,
  parse: (text) => {
    const names = text.split(',').map((name) => name.trim());
    return names.includes('') ? refuse('write names of profiles, with commas between.') : [...new Set(names)];
  },
});

/** A parameter of the profile with another value. */
export interface Change {
  readonly name: string;
  readonly value: string;
}

/** Parameters of the profile with other values; repeatable. */
export const changes: OptionSpec<readonly Change[]> = {
  placeholder: '<parameter=value>',
  meaning: 'give a parameter of the profile another value; repeatable',
  fallback: [],
  repeats: true,
  parse: (text) => {
    const [, name, value] = /^\s*([a-z0-9_]+)\s*=\s*(\S.*?)\s*$/.exec(text) ?? [];
    return name === undefined || value === undefined ? refuse('write parameter=value.') : [{ name, value }];
  },
};

/** `noiseRepeats` → `noise-repeats`. */
export const flagOf = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
