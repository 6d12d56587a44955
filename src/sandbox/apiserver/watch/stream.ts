/** One watch: what it has missed, what happens while it is open, bookmarks, and its end. */
import type { ServerResponse } from 'node:http';
import type { Wanted } from '../http/accept.js';
import type { Call } from '../requests/call.js';
import { checkListOptions, type ListOptions, listOptions } from '../requests/list-options.js';
import { type Selection, selectionOf } from '../requests/selection.js';
import { textOf } from '../resources/object-text.js';
import { apiVersionOf } from '../resources/resource.js';
import { expired, internal, notAcceptable } from '../status.js';
import type { Change } from '../storage/change.js';
import { bookmarkTable, type IncludeObject, parseIncludeObject, toPartialMetadata, toTable } from '../tables/table.js';
import type { JsonObject, KubeObject } from '../types.js';
import { Outbox } from './outbox.js';

const STREAMS = ['application/json;stream=watch', 'application/vnd.kubernetes.protobuf;stream=watch'];
const INITIAL_END = 'k8s.io/initial-events-end';
const MIN_TIMEOUT_MS = 30 * 60_000;
const LAST_BOOKMARK_MS = 2000;
/** Clients get to read the error before the stream ends. */
const ERROR_LINGER_MS = 100;

interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: KubeObject | JsonObject;
}

/** Check a watch before anything is sent. @throws StatusError */
export function prepareWatch(call: Call, wanted: Wanted): () => (response: ServerResponse) => void {
  if (wanted.format === 'yaml') throw notAcceptable(STREAMS);
  const options = listOptions(call.query);
  checkListOptions(options, true);
  const { resourceVersion } = options;
  if (resourceVersion !== '' && !/^\d+$/.test(resourceVersion)) {
    const shown = JSON.stringify(resourceVersion);
    throw internal(`resourceVersion: Invalid value: ${shown}: strconv.ParseUint: parsing ${shown}: invalid syntax`);
  }
  const selection = selectionOf(call);
  const include = wanted.as === 'Table' ? parseIncludeObject(call.query.get('includeObject') ?? undefined) : 'None';
  return () => (response) => new Watch(call, options, selection, { ...wanted, include }, response).start();
}

interface Form extends Wanted {
  readonly include: IncludeObject;
}

class Watch {
  readonly table: string;
  readonly #call: Call;
  readonly #options: ListOptions;
  readonly #selection: Selection;
  readonly #form: Form;
  readonly #response: ServerResponse;
  readonly #outbox: Outbox;
  readonly #timers: NodeJS.Timeout[] = [];
  #unsubscribe: () => void = () => undefined;
  #sentColumns = false;
  /** Version of the last event or bookmark. */
  #told = 0;
  #ended = false;

  constructor(call: Call, options: ListOptions, selection: Selection, form: Form, response: ServerResponse) {
    this.table = call.resource.table;
    this.#call = call;
    this.#options = options;
    this.#selection = selection;
    this.#form = form;
    this.#response = response;
    const now = () => call.server.now().getTime();
    this.#outbox = new Outbox(response, now, () => this.#release());
  }

  start(): void {
    const { server } = this.#call;
    this.#response.flushHeaders();
    this.#response.on('close', () => this.#release());
    if (!this.#replay()) return;
    this.#unsubscribe = server.hub.subscribe(this);
    this.#setTimers();
  }

  /** Send what lies before now. False when the wanted version is gone and the watch is over. */
  #replay(): boolean {
    const { resourceVersion, sendInitialEvents } = this.#options;
    const { state } = this.#call.server;
    const fromStart = resourceVersion === '' || resourceVersion === '0';
    this.#told = state.version;
    if (sendInitialEvents === true || (fromStart && sendInitialEvents === undefined)) {
      this.#sendPresent();
    } else if (!fromStart) {
      const version = Number(resourceVersion);
      if (version < state.oldestVersion) {
        const text = `too old resource version: ${version} (${state.oldestVersion + 1})`;
        this.#send({ type: 'ERROR', object: expired(text).toJSON() });
        setTimeout(() => this.end(), ERROR_LINGER_MS).unref();
        return false;
      }
      for (const change of state.since(this.table, version)) this.receive(change);
    }
    return true;
  }

  #sendPresent(): void {
    const { state } = this.#call.server;
    for (const [, stored] of state.entries(this.table, this.#selection.prefix)) {
      const object = this.#call.resource.toServed(stored);
      if (this.#selection.matches(object)) this.#send({ type: 'ADDED', object });
    }
    if (this.#options.allowBookmarks) this.#bookmark({ [INITIAL_END]: 'true' });
  }

  receive(change: Change): void {
    if (this.#ended || !change.key.startsWith(this.#selection.prefix)) return;
    const event = this.#translate(change);
    if (event !== undefined) this.#send(event);
  }

  /** What a change means to this watch: objects enter and leave its selection. */
  #translate(change: Change): WatchEvent | undefined {
    const { resource } = this.#call;
    const before = change.previous === undefined ? undefined : resource.toServed(change.previous);
    const wasIn = before !== undefined && this.#selection.matches(before);
    if (change.type === 'DELETED') {
      return wasIn ? { type: 'DELETED', object: resource.toServed(change.object) } : undefined;
    }
    const object = resource.toServed(change.object);
    if (this.#selection.matches(object)) return { type: wasIn ? 'MODIFIED' : 'ADDED', object };
    if (!wasIn || before === undefined) return undefined;
    // Who leaves is shown as it was last seen, at the version of leaving.
    const metadata = { ...before.metadata, resourceVersion: String(change.version) };
    return { type: 'DELETED', object: { ...before, metadata } };
  }

  #setTimers(): void {
    const { timeoutSeconds, allowBookmarks } = this.#options;
    const { bookmarkIntervalMs } = this.#call.server;
    const timeoutMs = timeoutSeconds ? timeoutSeconds * 1000 : MIN_TIMEOUT_MS * (1 + Math.random());
    this.#timers.push(setTimeout(() => this.end(), timeoutMs));
    if (allowBookmarks) {
      this.#timers.push(setInterval(() => this.#bookmarkNews(), bookmarkIntervalMs));
      if (timeoutMs > LAST_BOOKMARK_MS) {
        this.#timers.push(setTimeout(() => this.#bookmarkNews(), timeoutMs - LAST_BOOKMARK_MS));
      }
    }
    for (const timer of this.#timers) timer.unref();
  }

  #bookmarkNews(): void {
    if (this.#call.server.state.version > this.#told) this.#bookmark();
  }

  #bookmark(annotations?: Record<string, string>): void {
    const { resource, server } = this.#call;
    const resourceVersion = String(server.state.version);
    const metadata = annotations === undefined ? { resourceVersion } : { resourceVersion, annotations };
    this.#told = server.state.version;
    this.#send({ type: 'BOOKMARK', object: { kind: resource.kind, apiVersion: apiVersionOf(resource), metadata } });
  }

  #send(event: WatchEvent): void {
    this.#outbox.send(`{"type":"${event.type}","object":${this.#text(event)}}\n`);
  }

  /** The same object reads the same to every watcher that wants it whole. */
  #text(event: WatchEvent): string {
    const isWhole = this.#form.as === undefined && event.type !== 'ERROR';
    return isWhole ? textOf(this.#call.resource, event.object as KubeObject) : JSON.stringify(this.#shape(event));
  }

  #shape({ type, object }: WatchEvent): unknown {
    if (type === 'ERROR') return object;
    const { resource, server } = this.#call;
    const { version, include } = this.#form;
    if (this.#form.as !== 'Table') return toPartialMetadata(object as KubeObject, version);
    const options = { version, include, now: server.now(), withColumns: !this.#sentColumns };
    this.#sentColumns = true;
    const metadata = (object as KubeObject).metadata;
    if (type === 'BOOKMARK') return bookmarkTable(resource, metadata as JsonObject, { ...options, withColumns: false });
    return toTable(resource, [object as KubeObject], { resourceVersion: metadata.resourceVersion ?? '' }, options);
  }

  end(): void {
    if (this.#ended) return;
    this.#release();
    this.#outbox.flush();
    this.#response.end();
  }

  #release(): void {
    this.#ended = true;
    this.#unsubscribe();
    for (const timer of this.#timers) clearTimeout(timer);
  }
}
