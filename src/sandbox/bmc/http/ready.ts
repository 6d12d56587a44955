/**
 * Answers kept as they are sent, for resources that do not move by themselves: a GET of one costs no filling in, no ETag and no
 * JSON. Any write to a BMC makes all its kept answers stale at once, by raising its generation.
 */
import type { VirtualBmc } from '../virtual-bmc.js';
import type { Answer } from './answer.js';

/** Characters kept for all BMCs together. A sweep that reads everything once must not keep everything. */
const limit = 32 * 1024 * 1024;
/** What an entry weighs beside its body: headers, key, objects. */
const overhead = 600;

export class ReadyAnswers {
  readonly #answers = new Map<string, Answer>();
  #size = 0;

  get(bmc: VirtualBmc, path: string): Answer | undefined {
    return this.#answers.get(keyOf(bmc, path));
  }

  /** Keeps an answer as it is now; returns it in that form. */
  keep(bmc: VirtualBmc, path: string, answer: Answer): Answer {
    const content = JSON.stringify(answer.body);
    if (this.#size > limit) this.#clear();
    this.#size += content.length + overhead;
    // The document itself is not kept: whoever wants to change an answer asks for a fresh one.
    const ready: Answer = { status: answer.status, content, ...(answer.headers ? { headers: answer.headers } : {}) };
    this.#answers.set(keyOf(bmc, path), ready);
    return ready;
  }

  #clear(): void {
    this.#answers.clear();
    this.#size = 0;
  }
}

const keyOf = (bmc: VirtualBmc, path: string): string => `${bmc.index} ${bmc.generation} ${path}`;
