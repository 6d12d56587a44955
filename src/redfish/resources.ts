/**
 * Reading resources with few requests: equal reads at the same time are one, recent ones are shared between all who use
 * this BMC, and collections come expanded where the service can, member by member where it cannot.
 */
import type { MetalError } from '../errors/classes.js';
import { isMetalError, PermanentError } from '../errors/classes.js';
import { Expansion } from './expansion.js';
import { items } from './schema/lenient.js';
import type { Resource, Service } from './service.js';
import { isObject, type JsonObject } from './transport/json.js';
import { comparable, fragmentOf, type Path } from './transport/link.js';

interface Kept extends Resource {
  /** When it was last known to be so, and when it was last read whole. */
  atMs: number;
  readonly readMs: number;
  readonly bytes: number;
}

export interface CollectionOptions {
  /** Levels worth expanding: 2 also brings what the members contain. */
  readonly levels?: 1 | 2;
  /** Leave members out that cannot be read, with a warning; otherwise the first failure fails the whole. */
  readonly tolerant?: boolean;
  /** Of members that are mere references, only those whose link passes are read; all of them if none does. */
  readonly only?: (link: string) => boolean;
  /** Members that are mere references may have been read that long ago, and are remembered. */
  readonly maxAgeMs?: number;
}

/** Failures of one member that say nothing about the BMC as a whole. */
const ofOneMember = ['BMC_NOT_FOUND', 'BMC_ERROR', 'BMC_BAD_RESPONSE', 'BMC_REFUSED', 'BMC_RESPONSE_TOO_LARGE'];

/** States settle in this time after a write or an action. */
const unsettledMs = 120_000;
/** A resource is read whole at least so often, whatever its tag says. */
const unconditionalMs = 300_000;

export class Resources {
  readonly service: Service;
  readonly #expansion: Expansion;
  readonly #kept = new Map<string, Kept>();
  /** When something was done to a resource. */
  readonly #touched = new Map<string, number>();
  readonly #reading = new Map<Path, Promise<Resource>>();
  /** Questions asked so far. */
  asked = 0;

  constructor(service: Service) {
    this.service = service;
    this.#expansion = new Expansion(service);
  }

  /** A resource, remembered for others. `maxAgeMs` accepts one read that recently. */
  async get(path: Path, maxAgeMs = 0): Promise<Resource> {
    const kept = this.#kept.get(comparable(path));
    if (kept !== undefined && this.knows(path, maxAgeMs)) return kept;
    const tag = await this.#tagFor(path, kept);
    const resource =
      tag === undefined || kept === undefined ? await this.#read(path) : await this.#again(path, kept, tag);
    if (resource !== kept) this.keep(path, resource);
    return resource;
  }

  /** Whether a read that young is remembered. */
  knows(path: Path, maxAgeMs: number): boolean {
    const kept = this.#kept.get(comparable(path));
    return kept !== undefined && maxAgeMs > 0 && this.#now() - kept.atMs <= maxAgeMs;
  }

  keep(path: string, resource: Resource): void {
    const bytes = JSON.stringify(resource.json).length;
    this.#kept.delete(comparable(path));
    this.#kept.set(comparable(path), { ...resource, atMs: this.#now(), readMs: this.#now(), bytes });
    this.#makeRoom();
  }

  /**
   * The tag to ask with whether anything changed, if the answer can be trusted: never soon after something was done to the
   * resource, because some tags do not follow the state, and now and then not at all, should a tag never change.
   */
  async #tagFor(path: Path, kept: Kept | undefined): Promise<string | undefined> {
    if (kept?.etag === undefined || this.#now() - kept.readMs > unconditionalMs) return undefined;
    if (this.#now() - (this.#touched.get(comparable(path)) ?? Number.NEGATIVE_INFINITY) < unsettledMs) return undefined;
    const { vendor } = await this.service.known();
    return vendor.conditionalReads ? kept.etag : undefined;
  }

  /** Asks whether the resource changed; what is known is as good as new if not. */
  async #again(path: Path, kept: Kept, tag: string): Promise<Resource> {
    this.asked += 1;
    const now = await this.service.readChanged(path, tag);
    if (now !== 'same') return now;
    kept.atMs = this.#now();
    return kept;
  }

  /** The BMC says that something changed, and not what: everything is read again. */
  forgetAll(): void {
    this.#kept.clear();
    this.#reading.clear();
  }

  /** After a write: what is known, or being read right now, is history. */
  forget(path: Path): void {
    this.#kept.delete(comparable(path));
    this.#touched.set(comparable(path), this.#now());
    this.#reading.delete(path);
  }

  /** Members of a collection in its order. `link` may be absent, which is an empty collection. */
  async members(link: unknown, options: CollectionOptions = {}): Promise<JsonObject[]> {
    if (link === undefined) return [];
    const path = this.service.path(link);
    const { vendor } = await this.service.known();
    const all = await this.#references(path, options);
    const own = vendor.hasStrayMembers ? all.filter((reference) => isBelow(path, reference)) : all;
    const references = own.length > 0 ? own : all;
    return this.resolved(options.only === undefined ? references : chosen(references, options.only), options);
  }

  /** The resources behind a list of references, those that are there already included. */
  async resolved(references: readonly unknown[], options: CollectionOptions = {}): Promise<JsonObject[]> {
    const read = await Promise.all(references.map((reference) => this.#member(reference, options)));
    return read.filter((member) => member !== undefined);
  }

  /** A resource with what it contains, as far as the service expands; otherwise as it is. */
  async contents(path: Path): Promise<JsonObject> {
    const { json } = await this.#expansion.read(path, 1, (expanded) => this.#read(expanded));
    return json;
  }

  /** Whether the service expands at least so many levels. */
  expands(levels: 1 | 2): Promise<boolean> {
    return this.#expansion.offers(levels);
  }

  async #references(path: Path, { levels = 1 }: CollectionOptions): Promise<unknown[]> {
    const { limits } = this.service.options;
    const seen = new Set<string>([path]);
    const all: unknown[] = [];
    let page = (await this.#expansion.read(path, levels, (expanded) => this.#read(expanded))).json;
    for (;;) {
      all.push(...items.parse(page.Members ?? []));
      const next = page['Members@odata.nextLink'];
      if (all.length > limits.members || seen.size > limits.pages) throw this.#endless(path);
      if (next === undefined || next === null) return all;
      const nextPath = this.service.path(next);
      if (seen.has(nextPath)) throw this.#endless(path);
      seen.add(nextPath);
      page = (await this.#read(nextPath)).json;
    }
  }

  #endless(path: Path): PermanentError {
    const { access, limits } = this.service.options;
    return new PermanentError('BMC_RESPONSE_TOO_LARGE', `reading ${path}`, {
      why: `it has more than ${limits.members} members or ${limits.pages} pages, or leads in a circle`,
      context: { bmc: access.id, uri: path },
    });
  }

  /** Members come whole, as references, or half expanded; only a whole one has an Id. */
  async #member(reference: unknown, { tolerant, maxAgeMs }: CollectionOptions): Promise<JsonObject | undefined> {
    if (!isObject(reference)) return undefined;
    if (reference.Id !== undefined && reference['@odata.id'] !== undefined) return reference;
    try {
      return await this.#referenced(reference['@odata.id'], maxAgeMs);
    } catch (error) {
      if (!isMetalError(error) || !isLeftOut(error, tolerant ?? false)) throw error;
      this.#warn(error);
      return undefined;
    }
  }

  async #referenced(link: unknown, maxAgeMs: number | undefined): Promise<JsonObject | undefined> {
    const path = this.service.path(link);
    const { json } = maxAgeMs === undefined ? await this.#read(path) : await this.get(path, maxAgeMs);
    const target = fragmentOf(String(link)) === undefined ? json : pointed(json, fragmentOf(String(link)) ?? '');
    if (!isObject(target)) return undefined;
    return target['@odata.id'] === undefined ? { ...target, '@odata.id': String(link) } : target;
  }

  #read(path: Path): Promise<Resource> {
    const running = this.#reading.get(path);
    if (running !== undefined) return running;
    this.asked += 1;
    const reading = this.service.read(path).finally(() => {
      if (this.#reading.get(path) === reading) this.#reading.delete(path);
    });
    this.#reading.set(path, reading);
    return reading;
  }

  #warn(error: MetalError): void {
    const { log } = this.service.options;
    log.log('warn', 'part of the inventory is missing', { ...error.context, code: error.code, why: error.why });
  }

  #makeRoom(): void {
    let bytes = 0;
    for (const kept of this.#kept.values()) bytes += kept.bytes;
    for (const [path, kept] of this.#kept) {
      if (bytes <= this.service.options.limits.keptBytes) return;
      this.#kept.delete(path);
      bytes -= kept.bytes;
    }
  }

  #now(): number {
    return this.service.options.clock.monotonicMs();
  }
}

/** Whether a member is the collection's own by its address. */
const isBelow = (collection: Path, reference: unknown): boolean =>
  isObject(reference) && comparable(String(reference['@odata.id'])).startsWith(`${comparable(collection)}/`);

function chosen(references: readonly unknown[], only: (link: string) => boolean): readonly unknown[] {
  const passing = references.filter(
    (reference) => isObject(reference) && (reference.Id !== undefined || only(String(reference['@odata.id']))),
  );
  return passing.length > 0 ? passing : references;
}

/** Dead links are common and never count; other failures only where the caller can do without the member. */
const isLeftOut = (error: MetalError, tolerant: boolean): boolean =>
  error.code === 'BMC_NOT_FOUND' || (tolerant && ofOneMember.includes(error.code));

/** What a JSON pointer names (RFC 6901). */
function pointed(json: unknown, pointer: string): unknown {
  let at = json;
  for (const raw of pointer.split('/').slice(1)) {
    const key = raw.replaceAll('~1', '/').replaceAll('~0', '~');
    if (Array.isArray(at)) at = at[Number(key)];
    else at = isObject(at) && Object.hasOwn(at, key) ? at[key] : undefined;
  }
  return at;
}
