import { OhmlightError } from '@ohmlight/contracts';
import { checkpointDigest, codeDigest, digestOf } from './digests.js';
import type { Evaluation, EvaluationInput } from './evaluator.js';
import type { Answer, Prompt } from './generate.js';
import type { ResultCache } from './result-cache.js';
import type { Subject } from './subject.js';
import type { Sensitivity } from './sensitivity.js';
import type { Task, Work } from './task.js';
import { runTasks } from './worker-pool.js';

/** What it takes to run placements in worker processes. */
export interface RunOptions<Result> {
  readonly input: EvaluationInput;
  readonly subjects: readonly Subject[];
  /** Where what is finished is kept, by digests of everything that they follow from. */
  readonly cache?: ResultCache | undefined;
  /** Processes; as many as there are cores unless stated. */
  readonly workers?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: RunProgress) => void) | undefined;
  /** Called once per subject as it ends, once what came of it is kept; the run waits for it. */
  readonly onOutcome?: ((outcome: Outcome<Result>) => Promise<void> | void) | undefined;
}

export interface RunProgress {
  /** Placements that are through, and of how many. */
  readonly finished: number;
  readonly total: number;
  /** Share of the work that is through. */
  readonly share: number;
  /** Placements under way. */
  readonly running: readonly string[];
}

/** What came of a placement, or why nothing did. */
export type Outcome<Result> = { readonly subject: Subject } & (
  { readonly result: Result } | { readonly error: OhmlightError }
);

/** The worker that is built from this package, from its sources too. */
const WORKER = new URL('../dist/worker.js', import.meta.url);

/**
 * Evaluates placements in worker processes. Results are deterministic: the number of processes, their order and the
 * cache change nothing but the time it takes.
 *
 * @returns One outcome per subject, in their order.
 * @throws OhmlightError `checkpoint_not_found`; the abort reason. What finished before is in the cache.
 */
export const evaluate = (options: RunOptions<Evaluation>): Promise<Outcome<Evaluation>[]> =>
  run(options, { kind: 'text' });

/** Measures each matrix of placements alone, as `evaluate` runs them whole. */
export const sensitivities = (options: RunOptions<Sensitivity>): Promise<Outcome<Sensitivity>[]> =>
  run(options, { kind: 'sensitivity' });

/** Answers a prompt on every placement, as `evaluate` runs a text; the input's windows are not used. */
export const answer = (options: RunOptions<Answer>, prompt: Prompt): Promise<Outcome<Answer>[]> =>
  run(options, { kind: 'prompt', prompt });

async function run<Result>(options: RunOptions<Result>, work: Work): Promise<Outcome<Result>[]> {
  const { input, subjects, cache, workers, signal, onProgress, onOutcome } = options;
  const outcomes = new Map<Subject, Outcome<Result>>();
  const settle = async (outcome: Outcome<Result>): Promise<void> => {
    outcomes.set(outcome.subject, outcome);
    await onOutcome?.(outcome);
  };
  const keys = cache && (await cacheKeys(input, subjects, work));
  for (const subject of subjects) {
    const known = await cache?.get(keys!.get(subject)!);
    if (known !== undefined) await settle({ subject, result: known as Result });
  }
  const running = new Map<Subject, number>();
  const report = (): void =>
    onProgress?.({
      finished: outcomes.size,
      total: subjects.length,
      share: (outcomes.size + [...running.values()].reduce((sum, share) => sum + share, 0)) / subjects.length,
      running: [...running.keys()].map(({ placement }) => placement.name),
    });
  report();
  await runTasks<Task, Result>({
    entry: WORKER,
    input,
    tasks: subjects.filter((subject) => !outcomes.has(subject)).map((subject) => ({ subject, work })),
    workers,
    signal,
    onProgress({ subject }, done, total) {
      running.set(subject, done / total);
      report();
    },
    async onResult({ subject }, result) {
      running.delete(subject);
      if (result instanceof OhmlightError) await settle({ subject, error: result });
      else {
        await cache?.put(keys!.get(subject)!, result);
        await settle({ subject, result });
      }
      report();
    },
  });
  return subjects.map((subject) => outcomes.get(subject)!);
}

async function cacheKeys(
  { checkpoint, ...rest }: EvaluationInput,
  subjects: readonly Subject[],
  work: Work,
): Promise<Map<Subject, string>> {
  const [files, code] = await Promise.all([checkpointFiles(checkpoint.directory), codeDigest()]);
  const common = digestOf([rest, checkpoint.name, files, code, work]);
  return new Map(subjects.map((subject) => [subject, digestOf([common, subject])]));
}

async function checkpointFiles(directory: string): Promise<string> {
  try {
    return await checkpointDigest(directory);
  } catch {
    throw new OhmlightError('checkpoint_not_found', `${directory} cannot be read; name a checkpoint's directory`);
  }
}
