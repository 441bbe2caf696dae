import type { Outcome } from '@ohmlight/evaluation';
import { Failure } from '../failure.js';

/** @throws Failure naming the placements of which nothing came, once what came of the others is shown */
export function failWith(outcomes: readonly Outcome<unknown>[]): void {
  const reasons = outcomes.flatMap((outcome) =>
    'error' in outcome ? [`${outcome.subject.placement.name}: ${outcome.error.message}`] : [],
  );
  if (reasons.length > 0) throw new Failure(reasons.join('; '));
}
