import { random } from '../../../libs/tile-engine/testing/random.ts';
import { ARRAYS, type ArrayName } from './arrays.ts';
import { crossing, type PowerLaw, powerLaw, quantile } from './fit.ts';
import type { DocumentScore } from './measure.ts';
import type { Results, WidthRow } from './results.ts';

/** Results of several runs as one, in the order of the widths; @throws RangeError where they are of other documents. */
export function together(runs: readonly Results[]): Results {
  const measured = runs.filter(({ rows }) => rows.length > 0);
  const { text, documents, repeats } = measured[0] ?? runs[0]!;
  if (measured.some((run) => run.text !== text || run.documents !== documents || run.repeats !== repeats))
    throw new RangeError('runs of other documents do not go together: run widths.ts again with the same options');
  const checkpoints = runs.flatMap((run) => run.checkpoints);
  return {
    text,
    documents,
    repeats,
    checkpoints: checkpoints.toSorted((a, b) => a.width - b.width || a.steps - b.steps),
    rows: runs.flatMap(({ rows }) => rows),
    gaussians: runs.flatMap(({ gaussians }) => gaussians),
  };
}

/** What an array's light is enough for. */
export interface Criterion {
  readonly name: string;
  /** A figure that falls with light and, where light is enough, is at most `level`. */
  readonly figure: (scores: readonly DocumentScore[], reference: readonly DocumentScore[]) => number;
  readonly level: number;
}

const mean = (scores: readonly DocumentScore[], key: 'nats' | 'kl'): number =>
  scores.reduce((sum, score) => sum + score[key], 0) / scores.reduce((sum, score) => sum + score.tokens, 0);

/** ln of the perplexity over the reference's, on the same documents. */
export const excess = (scores: readonly DocumentScore[], reference: readonly DocumentScore[]): number =>
  mean(scores, 'nats') - mean(reference, 'nats');

export const CRITERIA: readonly Criterion[] = [
  { name: 'perplexity + 10 %', figure: excess, level: Math.log(1.1) },
  { name: 'perplexity + 2 %', figure: excess, level: Math.log(1.02) },
  { name: 'KL 0.1 nats', figure: (scores) => mean(scores, 'kl'), level: 0.1 },
  { name: 'KL 0.01 nats', figure: (scores) => mean(scores, 'kl'), level: 0.01 },
];

/** Rows with noise of one checkpoint on one array, from little light to much. */
export const lit = ({ rows }: Results, checkpoint: string, array: ArrayName): WidthRow[] =>
  rows
    .filter((row) => row.checkpoint === checkpoint && row.array === array && row.detected !== null)
    .sort((a, b) => a.detected! - b.detected!);

/** Detected photons per multiplication at which a criterion is met, from the documents named by index (with repetition). */
function needed(
  results: Results,
  name: string,
  array: ArrayName,
  { figure, level }: Criterion,
  picks: readonly number[],
): number | undefined {
  const checkpoint = results.checkpoints.find((one) => one.name === name)!;
  const rows = lit(results, name, array);
  const values = rows.map((row) => {
    const scores: DocumentScore[] = [];
    const reference: DocumentScore[] = [];
    for (let repeat = 0; repeat < results.repeats; repeat++)
      for (const pick of picks) {
        scores.push(row.documents[repeat * results.documents + pick]!);
        reference.push(checkpoint.reference[pick]!);
      }
    return figure(scores, reference);
  });
  return crossing(
    rows.map((row) => row.detected!),
    values,
    level,
  );
}

export interface Need {
  readonly array: ArrayName;
  readonly criterion: string;
  /** By checkpoint of the family, in the order of widths. */
  readonly photons: readonly (number | undefined)[];
  /** photons ∝ width^exponent over the family; undefined where a width does not meet the criterion. */
  readonly law: PowerLaw | undefined;
  /** 90 % of what the exponent comes to when the documents are drawn anew. */
  readonly interval: readonly [number, number] | undefined;
}

const DRAWS = 400;

/** Photons that each checkpoint of the family needs, and their law in the width. */
export function needs(results: Results, family: readonly string[]): Need[] {
  const widths = family.map((name) => results.checkpoints.find((one) => one.name === name)!.width);
  const every = Array.from({ length: results.documents }, (_, i) => i);
  return ARRAYS.flatMap((array) =>
    CRITERIA.map((criterion): Need => {
      const photons = family.map((name) => needed(results, name, array, criterion, every));
      const complete = family.length > 1 && photons.every((value) => value !== undefined);
      const exponents: number[] = [];
      const source = random(1);
      for (let i = 0; i < (complete ? DRAWS : 0); i++) {
        const picks = every.map(() => Math.floor(source.uniform() * results.documents));
        const again = family.map((name) => needed(results, name, array, criterion, picks));
        if (again.every((value) => value !== undefined)) exponents.push(powerLaw(widths, again as number[]).exponent);
      }
      return {
        array,
        criterion: criterion.name,
        photons,
        law: complete ? powerLaw(widths, photons as number[]) : undefined,
        interval: exponents.length > DRAWS / 2 ? [quantile(exponents, 0.05), quantile(exponents, 0.95)] : undefined,
      };
    }),
  );
}
