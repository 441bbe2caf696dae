import { addParallel, emptyLedger, OPERATIONS } from '@ohmlight/contracts';
import type { Recalibration } from './core-client.js';

/** By operation, in the operations' order: shards and joules of all parts, seconds of the slowest. */
export function sumRecalibrations(parts: readonly Recalibration[]): Recalibration[] {
  return OPERATIONS.flatMap((operation) => {
    const own = parts.filter((part) => part.operation === operation);
    if (own.length === 0) return [];
    const ledger = emptyLedger();
    for (const part of own) addParallel(ledger, part.ledger);
    return [{ operation, shards: own.reduce((sum, { shards }) => sum + shards, 0), ledger }];
  });
}
