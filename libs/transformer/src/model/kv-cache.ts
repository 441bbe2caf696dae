/** Keys and values of one sequence; grows on demand up to the context. */
export class KvCache {
  /** Positions held. */
  get length(): number {
    return 0;
  }
}
