/** What clients asked of the server: the ground truth for tests that count requests. */

export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection';

export interface RequestRecord {
  readonly verb: string;
  readonly path: string;
  readonly code: number;
  readonly user: string;
  readonly userAgent: string;
}

const RING = 1000;

/** Counters by verb, plural and subresource, and the last thousand requests. Watches count when they open. */
export class RequestLog {
  readonly #counts = new Map<string, number>();
  #recent: RequestRecord[] = [];

  /** @internal */
  record(entry: RequestRecord, plural: string, subresource: string): void {
    const key = `${entry.verb} ${plural}${subresource === '' ? '' : `/${subresource}`}`;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
    this.#recent.push(entry);
    if (this.#recent.length > 2 * RING) this.#recent = this.#recent.slice(-RING);
  }

  /** How often; `plural` may carry a subresource (`servers/status`). Without a plural, over all resources. */
  count(verb?: string, plural?: string): number {
    let total = 0;
    for (const [key, times] of this.#counts) {
      const [itsVerb, itsPlural] = key.split(' ');
      if ((verb === undefined || verb === itsVerb) && (plural === undefined || plural === itsPlural)) total += times;
    }
    return total;
  }

  /** Requests that could have changed something. */
  get writes(): number {
    return ['create', 'update', 'patch', 'delete', 'deletecollection'].reduce((sum, verb) => sum + this.count(verb), 0);
  }

  /** All counters, `verb plural[/subresource]` → times. */
  counts(): Record<string, number> {
    return Object.fromEntries(this.#counts);
  }

  /** The last requests, oldest first. */
  recent(): readonly RequestRecord[] {
    return this.#recent.slice(-RING);
  }

  reset(): void {
    this.#counts.clear();
    this.#recent = [];
  }
}
