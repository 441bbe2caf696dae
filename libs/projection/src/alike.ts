import { type Ledger, shareOf } from '@ohmlight/contracts';
import type { ShapedMatrix } from './matrices.js';

/** Matrices of one shape on one device profile: their phases take the same. */
export interface AlikeMatrices extends Pick<ShapedMatrix, 'k' | 'n' | 'experts' | 'profile'> {
  readonly matrices: readonly ShapedMatrix[];
}

/** Matrices by shape and profile, in the order of the first of each. */
export const alikeMatrices = (matrices: readonly ShapedMatrix[]): AlikeMatrices[] =>
  [...Map.groupBy(matrices, ({ k, n, experts, profile }) => `${k}/${n}/${experts}/${profile}`).values()].map(
    (alike) => ({ ...alike[0]!, matrices: alike }),
  );

/** `count` phases one after the other, each as the ledger says. */
export const times = (ledger: Ledger, count: number): Ledger => ({
  ...shareOf(ledger, count),
  seconds: ledger.seconds * count,
  reloadSeconds: ledger.reloadSeconds * count,
});
