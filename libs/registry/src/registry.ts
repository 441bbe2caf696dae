import type { ServiceRecord } from '@ohmlight/contracts';

/** Where processes announce themselves and find each other. */
export interface Registry {
  /** Writes or renews a record; it is gone `ttlMs` later unless renewed. */
  publish(record: ServiceRecord, ttlMs: number): Promise<void>;
  /** Removes a record at once. Removing an unknown one is no error. */
  remove(id: string): Promise<void>;
  /** Live records, ordered by service and id. */
  list(): Promise<ServiceRecord[]>;
}
