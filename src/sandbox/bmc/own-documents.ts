/**
 * What a BMC has beside the documents all BMCs of its profile share: changes laid over them, documents of its own, and
 * those it lost. Nothing is made before it is needed, because most BMCs of a large fleet never differ.
 */
import { type JsonObject, mergeInto } from './json.js';
import { typeOf } from './tree/template.js';

/** The differences as they are stored. */
export interface Differences {
  readonly patches: Map<string, JsonObject>;
  readonly extras: Map<string, JsonObject>;
  readonly removed: Set<string>;
  readonly numbers: Map<string, number>;
}

export class OwnDocuments {
  /** Grows with every write, so that answers kept from before are not given again. */
  generation = 0;
  #patches: Map<string, JsonObject> | undefined;
  #extras: Map<string, JsonObject> | undefined;
  #removed: Set<string> | undefined;
  /** How many members a collection ever had, so that ids do not come back. */
  #numbers: Map<string, number> | undefined;

  get(path: string): JsonObject | undefined {
    return this.#extras?.get(path);
  }

  has(path: string): boolean {
    return this.#extras?.has(path) === true;
  }

  /** What is laid over the document at a path. */
  change(path: string): JsonObject | undefined {
    return this.#patches?.get(path);
  }

  /** Lays a change over a document; it stays until the emulator ends. */
  patch(path: string, change: JsonObject): void {
    this.generation++;
    this.#patches ??= new Map();
    this.#patches.set(path, mergeInto(this.#patches.get(path) ?? {}, change));
  }

  /** Adds or replaces a document of this BMC alone. */
  put(path: string, doc: JsonObject): void {
    this.generation++;
    this.#extras ??= new Map();
    this.#extras.set(path, doc);
  }

  drop(path: string): void {
    this.generation++;
    this.#extras?.delete(path);
    this.#patches?.delete(path);
  }

  /** Takes a document away for good, also one that all BMCs of the profile share. */
  remove(path: string): void {
    this.drop(path);
    this.#removed ??= new Set();
    this.#removed.add(path);
  }

  isRemoved(path: string): boolean {
    return this.#removed?.has(path) === true;
  }

  /** Paths of documents of a type that this BMC alone has. */
  ofType(type: string): readonly string[] {
    return [...(this.#extras ?? [])].filter(([, doc]) => typeOf(doc) === type).map(([path]) => path);
  }

  /** Paths of documents of this BMC alone directly below a collection. */
  below(collection: string): readonly string[] {
    const prefix = `${collection}/`;
    const own = [...(this.#extras?.keys() ?? [])];
    return own.filter((path) => path.startsWith(prefix) && !path.slice(prefix.length).includes('/'));
  }

  /** A number no member of the collection had before, from 1. */
  nextNumber(collection: string): number {
    this.#numbers ??= new Map();
    const number = (this.#numbers.get(collection) ?? 0) + 1;
    this.#numbers.set(collection, number);
    return number;
  }

  /** All of it, to be kept or given to another. */
  get all(): Differences {
    return {
      patches: this.#patches ?? new Map(),
      extras: this.#extras ?? new Map(),
      removed: this.#removed ?? new Set(),
      numbers: this.#numbers ?? new Map(),
    };
  }

  /** Other differences from now on. Numbers given meanwhile do not come back: a client may remember them. */
  replace({ patches, extras, removed, numbers }: Differences): void {
    this.generation++;
    this.#patches = patches;
    this.#extras = extras;
    this.#removed = removed;
    this.#numbers ??= new Map();
    for (const [collection, number] of numbers) {
      this.#numbers.set(collection, Math.max(number, this.#numbers.get(collection) ?? 0));
    }
  }
}
