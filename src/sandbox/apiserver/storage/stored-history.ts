/** Changes as the file keeps them: rows that tell what each object was before, read back into changes. */
import type { KubeObject } from '../types.js';
import type { Change } from './change.js';

/**
 * A change tells what the object was before; what it became stands in the next change of that key, or among the
 * objects, so that each state is written once. Only a deletion carries an object of its own.
 */
export interface HistoryRow {
  readonly version: number;
  readonly type: Change['type'];
  readonly resource: string;
  readonly key: string;
  readonly json: string | null;
  readonly previous: string | null;
}

/** A change from the file, parsed when a watch or an old version asks for it: most never are. */
class StoredChange implements Change {
  readonly #row: HistoryRow;
  readonly #becomes: () => KubeObject | undefined;
  #object: KubeObject | undefined;
  #previous: KubeObject | undefined;

  /** `becomes` gives the object after the change, for rows that do not carry it. */
  constructor(row: HistoryRow, becomes: () => KubeObject | undefined) {
    this.#row = row;
    this.#becomes = becomes;
  }

  get version(): number {
    return this.#row.version;
  }

  get type(): Change['type'] {
    return this.#row.type;
  }

  get resource(): string {
    return this.#row.resource;
  }

  get key(): string {
    return this.#row.key;
  }

  get object(): KubeObject {
    this.#object ??= this.#row.json === null ? this.#becomes() : (JSON.parse(this.#row.json) as KubeObject);
    if (this.#object === undefined) throw new Error(`malformed: version ${this.#row.version} has no object`);
    return this.#object;
  }

  get previous(): KubeObject | undefined {
    if (this.#row.previous !== null) this.#previous ??= JSON.parse(this.#row.previous) as KubeObject;
    return this.#previous;
  }
}

/** Walks back from the newest change, so that each finds what its object became. */
export function readHistory(
  newestFirst: readonly HistoryRow[],
  objects: Iterable<{ readonly resource: string; readonly key: string; readonly object: KubeObject }>,
): Change[] {
  const after = new Map<string, () => KubeObject | undefined>();
  for (const { resource, key, object } of objects) after.set(`${resource} ${key}`, () => object);
  const changes = newestFirst.map((row) => {
    const place = `${row.resource} ${row.key}`;
    const change = new StoredChange(row, after.get(place) ?? (() => undefined));
    after.set(place, () => change.previous);
    return change;
  });
  return changes.reverse();
}
