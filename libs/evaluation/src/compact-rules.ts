import { type Operation, type PlacementRule, type PlacementRules } from '@ohmlight/contracts';

/** A matrix and the device profile that runs it. */
export interface PlacedMatrix {
  readonly layer: number;
  readonly operation: Exclude<Operation, 'ffn'>;
  readonly profile: string;
}

/** The most frequent, the first among equals. */
function commonest(profiles: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const profile of profiles) counts.set(profile, (counts.get(profile) ?? 0) + 1);
  return [...counts].reduce((best, one) => (one[1] > best[1] ? one : best))[0];
}

/**
 * Few rules that put each matrix on its device: the commonest for everything, the commonest of an operation for that,
 * and runs of layers that differ.
 *
 * @param matrices Every matrix of a checkpoint, layers in order.
 */
export function compactRules(matrices: readonly PlacedMatrix[]): PlacementRules {
  const layered = matrices.filter(({ operation }) => operation !== 'lm_head');
  const head = matrices.find(({ operation }) => operation === 'lm_head');
  const fallback = commonest(layered.map(({ profile }) => profile));
  const rules: PlacementRule[] = [{ profile: fallback }];
  for (const operation of new Set(layered.map((matrix) => matrix.operation))) {
    const own = layered.filter((matrix) => matrix.operation === operation);
    const common = commonest(own.map(({ profile }) => profile));
    if (common !== fallback) rules.push({ operation, profile: common });
    let run: { first: number; last: number; profile: string } | undefined;
    for (const { layer, profile } of [...own, { layer: Infinity, profile: common }]) {
      if (run && run.profile === profile && run.last === layer - 1) run.last = layer;
      else {
        if (run) rules.push({ layers: { first: run.first, last: run.last }, operation, profile: run.profile });
        run = profile === common ? undefined : { first: layer, last: layer, profile };
      }
    }
  }
  if (head && head.profile !== fallback) rules.push({ operation: 'lm_head', profile: head.profile });
  return rules;
}
