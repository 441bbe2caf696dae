import type { Profiles } from '@ohmlight/devices';
import type { Figure } from '@ohmlight/plots';
import type { OptionTable, OptionValues } from './options.js';

/** What an experiment is given beside its options. */
export interface LabContext {
  readonly profiles: Profiles;
  /** Says how far it is; called often, shown or not. */
  readonly progress: (text: string) => void;
}

/** A cell of a table: numbers are written with three significant digits, null as a dash. */
export type Value = string | number | null;

/** A table to print: its columns carry their units in the title. */
export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Value[])[];
}

/** What came out: the same options give the same outcome, to the bit. */
export interface Outcome {
  /** Plain objects with SI units in their names: what `--json` prints. */
  readonly rows: readonly Readonly<Record<string, Value | boolean>>[];
  readonly tables: readonly Table[];
  readonly figure: Figure;
  /** Sentences to print below the tables. */
  readonly remarks?: readonly string[];
}

/**
 * An experiment of the lab. Its description is light; what it computes is loaded when it runs. To add one: a folder
 * with a pure computation, its tables and its figure, and a line in `registry.ts`.
 */
export interface Experiment<T extends OptionTable = OptionTable> {
  /** The command's name: `ohmlight lab NAME`. */
  readonly name: string;
  readonly summary: string;
  readonly options: T;
  /** Commands for the help text. */
  readonly examples: readonly string[];
  load(): Promise<(options: OptionValues<T>, context: LabContext) => Outcome | Promise<Outcome>>;
}

/** An experiment of whatever options. */
export interface AnyExperiment {
  readonly name: string;
  readonly summary: string;
  readonly options: OptionTable;
  readonly examples: readonly string[];
  load(): Promise<(options: never, context: LabContext) => Outcome | Promise<Outcome>>;
}

/** Keeps the types of an experiment's options while it is written. */
export const defineExperiment = <const T extends OptionTable>(experiment: Experiment<T>): Experiment<T> => experiment;
