/** What clients asked of the server: the ground truth for tests that count requests or look for unused rights. */
import { type Asked, fullResource } from '../access/rules.js';

export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection';

/** One answered request. Requests for a path that is no resource have '' for the resource. */
export interface RequestRecord extends Asked {
  readonly path: string;
  readonly code: number;
  readonly user: string;
  readonly userAgent: string;
}

/** One right a user made use of, or was refused. */
export interface Use {
  readonly user: string;
  readonly verb: string;
  readonly group: string;
  /** With its subresource: `widgets/status`. */
  readonly resource: string;
  readonly namespace: string;
  /** Answered with anything but 403. */
  readonly allowed: number;
  readonly refused: number;
}

type Counter = { -readonly [field in keyof Use]: Use[field] };

const RING = 1000;
const WRITES = new Set(['create', 'update', 'patch', 'delete', 'deletecollection']);

/** Who asked for what how often, and the last thousand requests. Watches count when they open. */
export class RequestLog {
  readonly #uses = new Map<string, Counter>();
  #recent: RequestRecord[] = [];

  /** @internal */
  record(entry: RequestRecord): void {
    const { user, verb, group, namespace, code } = entry;
    const resource = fullResource(entry);
    const key = `${user} ${verb} ${group}/${resource} ${namespace}`;
    let use = this.#uses.get(key);
    if (use === undefined) {
      use = { user, verb, group, resource, namespace, allowed: 0, refused: 0 };
      this.#uses.set(key, use);
    }
    if (code === 403) use.refused += 1;
    else use.allowed += 1;
    this.#recent.push(entry);
    if (this.#recent.length > 2 * RING) this.#recent = this.#recent.slice(-RING);
  }

  /** Everything that was asked of resources, by user; each user, verb, resource and namespace once. */
  uses(user?: string): Use[] {
    const asked = [...this.#uses.values()].filter(({ resource }) => resource !== '');
    return asked.filter((use) => user === undefined || use.user === user).map((use) => ({ ...use }));
  }

  /** How often; `plural` may carry a subresource (`widgets/status`). Without a plural, over all resources. */
  count(verb?: string, plural?: string): number {
    return this.#count((use) => (verb ?? use.verb) === use.verb && (plural ?? use.resource) === use.resource);
  }

  /** Requests that could have changed something. */
  get writes(): number {
    return this.#count(({ verb }) => WRITES.has(verb));
  }

  /** All counters, `verb plural[/subresource]` → times. */
  counts(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { verb, resource, allowed, refused } of this.#uses.values()) {
      const key = `${verb} ${resource}`;
      counts[key] = (counts[key] ?? 0) + allowed + refused;
    }
    return counts;
  }

  /** The last requests, oldest first. */
  recent(): readonly RequestRecord[] {
    return this.#recent.slice(-RING);
  }

  reset(): void {
    this.#uses.clear();
    this.#recent = [];
  }

  #count(isCounted: (use: Use) => boolean): number {
    return [...this.#uses.values()].filter(isCounted).reduce((sum, { allowed, refused }) => sum + allowed + refused, 0);
  }
}
