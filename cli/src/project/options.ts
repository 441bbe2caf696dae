import { InvalidArgumentError } from 'commander';

export interface ProjectOptions {
  /** A known name, or the path of a config.json or of its directory. */
  readonly model: string;
  readonly batch: readonly number[];
  /** 2048, or as many as the model has, unless stated. */
  readonly context?: readonly number[];
  readonly placements?: readonly string[];
  /** Digital placements that the others are held against; those among the placements unless stated. */
  readonly against?: readonly string[];
  readonly devices: number;
  readonly chips?: number;
  /** Tokens that programming is spread over. */
  readonly amortise: number;
  readonly elementBytes: number;
  readonly json?: boolean;
  readonly html?: string;
  readonly svg?: string;
  readonly markdown?: readonly string[];
}

/** Whole numbers separated by commas, each at least 1, in ascending order. */
export const parseCounts =
  (what: string, most: number) =>
  (text: string): number[] => {
    const values = text.split(',').map((part) => part.trim());
    for (const value of values)
      if (!/^\d+$/.test(value) || Number(value) < 1 || Number(value) > most)
        throw new InvalidArgumentError(`"${value}" is no number of ${what}: write whole numbers from 1 to ${most}.`);
    return [...new Set(values.map(Number))].sort((a, b) => a - b);
  };
