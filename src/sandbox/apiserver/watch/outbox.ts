/**
 * Lines on their way to one watcher. What happens in one turn of the event loop leaves in one piece; a watcher that
 * does not read is cut off before what waits for it fills the memory.
 */
import type { ServerResponse } from 'node:http';

/** A consumer this far behind, for this long, is cut off. */
const MAX_EVENTS_BEHIND = 1000;
const MAX_BYTES_BEHIND = 16 * 1024 * 1024;
const PATIENCE_MS = 5000;
/** A turn that sends more than this sends it in several pieces. */
const PIECE = 64 * 1024;

export class Outbox {
  readonly #response: ServerResponse;
  readonly #now: () => number;
  readonly #onCutOff: () => void;
  #lines: string[] = [];
  #size = 0;
  /** Events that were written and not yet taken. */
  #pending = 0;
  #behindSince = 0;

  constructor(response: ServerResponse, now: () => number, onCutOff: () => void) {
    this.#response = response;
    this.#now = now;
    this.#onCutOff = onCutOff;
  }

  send(line: string): void {
    this.#lines.push(line);
    this.#size += line.length;
    if (this.#size > PIECE) this.flush();
    else if (this.#lines.length === 1) queueMicrotask(() => this.flush());
  }

  flush(): void {
    const count = this.#lines.length;
    if (count === 0) return;
    const text = this.#lines.join('');
    this.#lines = [];
    this.#size = 0;
    if (this.#response.destroyed || this.#response.writableEnded) return;
    if (this.#pending === 0) this.#behindSince = this.#now();
    this.#pending += count;
    this.#response.write(text, () => {
      this.#pending -= count;
      this.#behindSince = this.#now();
    });
    this.#checkBacklog();
  }

  #checkBacklog(): void {
    const isBehind = this.#pending > MAX_EVENTS_BEHIND || this.#response.writableLength > MAX_BYTES_BEHIND;
    if (!isBehind || this.#now() - this.#behindSince <= PATIENCE_MS) return;
    this.#onCutOff();
    this.#response.destroy();
  }
}
