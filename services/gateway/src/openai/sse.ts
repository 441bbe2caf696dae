import type { ServerResponse } from 'node:http';

/** A reader that takes nothing for this long is dropped. */
const STALL_MS = 30_000;
/** Comments that keep proxies from closing a stream that waits. */
const PING_MS = 15_000;

/** Server-sent events on a response: waits for the reader, so that what it leaves unread does not pile up. */
export class SseStream {
  readonly #response: ServerResponse;
  readonly #onOpen: () => void;
  readonly #stallMs: number;
  #ping: NodeJS.Timeout | undefined;

  /** @param onOpen called before the first byte: the response is the stream's from then on */
  constructor(response: ServerResponse, onOpen: () => void = () => {}, stallMs = STALL_MS) {
    this.#response = response;
    this.#onOpen = onOpen;
    this.#stallMs = stallMs;
  }

  get opened(): boolean {
    return this.#response.headersSent;
  }

  /** Sends the headers. */
  open(): void {
    this.#onOpen();
    this.#response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      connection: 'keep-alive',
      // nginx holds a response back unless told.
      'x-accel-buffering': 'no',
    });
    this.#ping = setInterval(() => {
      if (!this.#response.writableNeedDrain) this.#response.write(': ping\n\n');
    }, PING_MS);
  }

  /** Sends one event and waits until the reader has room for the next. */
  async send(event: object): Promise<void> {
    await this.#write(`data: ${JSON.stringify(event)}\n\n`);
  }

  /** Sends `[DONE]` and ends the response. */
  async done(): Promise<void> {
    await this.#write('data: [DONE]\n\n');
    this.close();
  }

  close(): void {
    clearInterval(this.#ping);
    this.#response.end();
  }

  async #write(text: string): Promise<void> {
    const response = this.#response;
    if (response.destroyed || response.write(text)) return;
    await new Promise<void>((resolve) => {
      // Destroying the response closes it, and the request's disconnect ends the generation.
      const stalled = setTimeout(() => response.destroy(), this.#stallMs);
      const go = (): void => {
        clearTimeout(stalled);
        response.off('drain', go).off('close', go);
        resolve();
      };
      response.on('drain', go).on('close', go);
    });
  }
}
