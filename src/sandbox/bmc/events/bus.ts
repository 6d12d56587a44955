/** The events of one BMC: numbered, kept for those who resume, and handed to subscribers and streams. */
import { isObject, type JsonObject, stringAt } from '../json.js';
import { root } from '../tree/builder.js';
import type { VirtualBmc } from '../virtual-bmc.js';
import { Delivery, type DeliveryTerms } from './delivery.js';
import { eventDocument, type Happening, type NumberedEvent } from './event.js';

/** Collection of EventDestinations. */
export const subscriptionsPath = `${root}/EventService/Subscriptions`;

export type Stream = (event: NumberedEvent) => void;

/** Events a stream may resume from. */
const mostKept = 256;
const attempts = 3;
const intervalMs = 30_000;

export class EventBus {
  readonly #bmc: VirtualBmc;
  readonly #deliveries = new Map<string, Delivery>();
  readonly #streams = new Set<Stream>();
  #clearedAt = 0;
  #kept: NumberedEvent[] = [];
  #count = 0;

  constructor(bmc: VirtualBmc) {
    this.#bmc = bmc;
  }

  /** What the log of this BMC holds: events since it was cleared, oldest first. */
  get journal(): readonly NumberedEvent[] {
    return this.#kept.filter(({ id }) => id > this.#clearedAt);
  }

  clearJournal(): void {
    this.#clearedAt = this.#count;
  }

  publish(happening: Happening): void {
    const event: NumberedEvent = { ...happening, id: ++this.#count, at: this.#bmc.world.clock.now() };
    this.#kept.push(event);
    if (this.#kept.length > mostKept) this.#kept = this.#kept.slice(-mostKept);
    for (const stream of this.#streams) stream(event);
    for (const path of this.#bmc.own.below(subscriptionsPath)) this.#deliver(path, event);
  }

  /** Sends an event to whom it may concern, once more or for the first time, without numbering it anew. */
  #deliver(path: string, event: NumberedEvent): void {
    const doc = this.#bmc.read(path);
    if (!doc || !isWanted(doc, event)) return;
    const context = typeof doc.Context === 'string' ? doc.Context : null;
    this.#send(path, doc, eventDocument(this.#bmc.profile.quirks.events, [event], context));
  }

  #send(path: string, doc: JsonObject, body: JsonObject): void {
    const delivery = this.#deliveries.get(path) ?? this.#open(path, doc);
    delivery.send(body);
  }

  /** Whether somebody subscribes to metric reports. */
  get hasReportSubscribers(): boolean {
    return this.#reportSubscriptions().length > 0;
  }

  /** Sends a metric report to who subscribes to those. */
  sendReport(report: JsonObject): void {
    for (const [path, doc] of this.#reportSubscriptions()) this.#send(path, doc, { ...report, Context: doc.Context });
  }

  #reportSubscriptions(): readonly (readonly [path: string, doc: JsonObject])[] {
    return this.#bmc.own
      .below(subscriptionsPath)
      .map((path) => [path, this.#bmc.read(path) ?? {}] as const)
      .filter(([, doc]) => doc.EventFormatType === 'MetricReport' && !isSuspended(doc));
  }

  #open(path: string, doc: JsonObject): Delivery {
    const { world } = this.#bmc;
    const terms: DeliveryTerms = {
      destination: stringAt(doc, 'Destination') ?? '',
      attempts,
      intervalMs,
      policy: policyOf(doc),
      onGivenUp: (how) => this.#giveUp(path, how),
    };
    const delivery = new Delivery({ post: world.deliver, after: world.after }, terms);
    this.#deliveries.set(path, delivery);
    return delivery;
  }

  #giveUp(path: string, how: 'terminate' | 'suspend'): void {
    this.end(path);
    if (how === 'terminate') this.#bmc.own.drop(path);
    else this.#bmc.patch(path, { Status: { State: 'Disabled', Health: 'Warning' } });
  }

  /** A subscription is deleted or was changed: its delivery starts anew with the next event, if it is still there. */
  end(path: string): void {
    this.#deliveries.get(path)?.close();
    this.#deliveries.delete(path);
  }

  /** Opens a stream; what it missed since event `lastId` comes first. The returned function ends it. */
  stream(to: Stream, lastId: number | undefined): () => void {
    for (const event of this.#kept) if (lastId !== undefined && event.id > lastId) to(event);
    this.#streams.add(to);
    return () => this.#streams.delete(to);
  }

  get streams(): number {
    return this.#streams.size;
  }

  close(): void {
    for (const delivery of this.#deliveries.values()) delivery.close();
    this.#deliveries.clear();
    this.#streams.clear();
  }
}

function policyOf(doc: JsonObject): DeliveryTerms['policy'] {
  const policy = doc.DeliveryRetryPolicy;
  return policy === 'SuspendRetries' || policy === 'RetryForever' ? policy : 'TerminateAfterRetries';
}

const isSuspended = ({ Status: status }: JsonObject): boolean => isObject(status) && status.State === 'Disabled';

/** By format, state, registry prefixes and origin resources; empty lists want everything. */
function isWanted(doc: JsonObject, event: NumberedEvent): boolean {
  if (doc.EventFormatType === 'MetricReport') return false;
  if (isSuspended(doc)) return false;
  const prefixes = Array.isArray(doc.RegistryPrefixes) ? doc.RegistryPrefixes : [];
  return prefixes.length === 0 || prefixes.includes(event.messageId.split('.')[0] ?? '');
}
