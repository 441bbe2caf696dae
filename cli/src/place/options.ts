import { InvalidArgumentError } from 'commander';
import type { EvaluationOptions } from '../compare/options.js';

export interface PlaceOptions extends EvaluationOptions {
  /** Most KL(reference ‖ placement), nats. */
  readonly budget: number;
  readonly candidates?: readonly string[];
  readonly name?: string;
  readonly force?: boolean;
  readonly checkDocuments: number;
  readonly checkChips: number;
  readonly html?: string;
}

/** `kl=0.05`. */
export function parseBudget(text: string): number {
  const [quantity, digits, ...rest] = text.split('=');
  const value = Number(digits);
  if (quantity !== 'kl' || rest.length > 0 || !digits?.trim() || !Number.isFinite(value) || value < 0)
    throw new InvalidArgumentError('write kl= and nats, 0 or more, like kl=0.05.');
  return value;
}

export function parseName(text: string): string {
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(text))
    throw new InvalidArgumentError('write lower-case letters, digits and single hyphens.');
  return text;
}

/** A number from 0. */
export const parseAmount =
  (what: string, most: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value > most)
      throw new InvalidArgumentError(`write a number of ${what} from 0 to ${most}.`);
    return value;
  };
