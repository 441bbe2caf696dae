/** Decodes a growing sequence of tokens. */
export class StreamDecoder {
  /** Text that became complete, never half a UTF-8 character. */
  push(_id: number): string {
    return '';
  }
  /** What is left at the sequence's end. */
  flush(): string {
    return '';
  }
}
