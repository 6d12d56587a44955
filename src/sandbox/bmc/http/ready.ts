/**
 * What resources that do not move by themselves look like, kept: as they are sent, so that a GET costs no filling in, no ETag
 * and no JSON, and as documents, for the answers they are expanded into. Any write to a BMC makes all of its own stale at once,
 * by raising its generation.
 */
import { deepFreeze, type JsonObject } from '../json.js';
import type { VirtualBmc } from '../virtual-bmc.js';
import type { Answer } from './answer.js';

/** Characters, and documents, kept for all BMCs together. A sweep that reads everything once must not keep everything. */
const limit = 32 * 1024 * 1024;
const mostDocuments = 40_000;
/** What an entry weighs beside its body: headers, key, objects. */
const overhead = 600;

export class ReadyAnswers {
  readonly #answers = new Map<string, Answer>();
  readonly #documents = new Map<string, JsonObject>();
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

  /** The document at a path as clients see it, if it is one that may be kept; it is shared, hence frozen. */
  shown(bmc: VirtualBmc, path: string): JsonObject | undefined {
    if (!bmc.faults.isOnlyDelay) return undefined;
    const key = keyOf(bmc, path);
    return this.#documents.get(key) ?? this.#keepShown(bmc, path, key);
  }

  #keepShown(bmc: VirtualBmc, path: string, key: string): JsonObject | undefined {
    const doc = bmc.show(path);
    if (doc === undefined || !bmc.isStill(bmc.locate(path), doc)) return doc;
    if (this.#documents.size >= mostDocuments) this.#documents.clear();
    this.#documents.set(key, deepFreeze(doc));
    return doc;
  }

  #clear(): void {
    this.#answers.clear();
    this.#size = 0;
  }
}

const keyOf = (bmc: VirtualBmc, path: string): string => `${bmc.index} ${bmc.generation} ${path}`;
