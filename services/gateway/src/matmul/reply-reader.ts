import type { Redis } from 'ioredis';

/** One entry of a reply stream: field names and values as they came, values binary. */
export type ReplyEntry = ReadonlyMap<string, Buffer>;

/** Milliseconds that one read blocks: with the connection's socket timeout it tells a dead peer from a quiet one. */
const BLOCK_MS = 2_000;
const BATCH = 256;
const RETRY_MS = 100;

/** Reads a reply stream from its beginning, blocking, and trims what it has read. */
export class ReplyReader {
  #last = '0-0';
  #stopped = false;

  /**
   * @param blocking A connection of its own: reads block it.
   * @param commands Any other connection; it trims the stream.
   */
  constructor(
    private readonly blocking: Redis,
    private readonly commands: Redis,
    private readonly stream: string,
    private readonly onEntry: (entry: ReplyEntry) => void,
    private readonly onError: (error: unknown) => void,
  ) {
    // A Redis that lost its data counts entries anew; replies that were read before are told apart by their ids.
    blocking.on('close', () => (this.#last = '0-0'));
    void this.#read();
  }

  /** Ends at once. A read that waits for a Redis that is away never returns; nobody waits for it. */
  stop(): void {
    this.#stopped = true;
    this.blocking.disconnect();
  }

  async #read(): Promise<void> {
    while (!this.#stopped)
      try {
        const reply = await this.blocking.xreadBuffer(
          'COUNT',
          BATCH,
          'BLOCK',
          BLOCK_MS,
          'STREAMS',
          this.stream,
          this.#last,
        );
        const entries = reply?.[0]?.[1] ?? [];
        for (const [id, fields] of entries) {
          this.#last = id.toString();
          this.#deliver(fields);
        }
        if (entries.length > 0) this.commands.xtrim(this.stream, 'MINID', after(this.#last)).catch(this.onError);
      } catch (error) {
        if (this.#stopped) return;
        this.onError(error);
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
  }

  /** One bad entry costs only itself. */
  #deliver(fields: readonly Buffer[]): void {
    try {
      const entry = new Map<string, Buffer>();
      for (let i = 0; i + 1 < fields.length; i += 2) entry.set(fields[i]!.toString(), fields[i + 1]!);
      this.onEntry(entry);
    } catch (error) {
      this.onError(error);
    }
  }
}

/** The smallest stream id above `id`. */
export function after(id: string): string {
  const [ms, sequence] = id.split('-');
  return `${ms}-${BigInt(sequence ?? '0') + 1n}`;
}
