/** Event subscriptions, at most one of a kind: looked for before one is made, adopted when the BMC says it is there. */
import { isMetalError, PermanentError } from '../../errors/classes.js';
import type { NewSubscription, SubscriptionInfo, Subscriptions } from '../../ports/bmc.js';
import type { Resources } from '../resources.js';
import { EventDestination, EventService } from '../schema/event-service.js';
import type { JsonObject } from '../transport/json.js';
import type { Path } from '../transport/link.js';
import type { EventQuirks } from '../vendors/vendor.js';
import { create, remove } from './create.js';
import { present } from './present.js';
import type { Reach } from './reach.js';
import { unsupported } from './unsupported.js';

const serviceMs = 3_600_000;

/** Subscriptions at a BMC. */
export function subscriptionsOf({ resources }: Reach): Subscriptions {
  let remembered: { readonly list: readonly SubscriptionInfo[]; readonly atMs: number } | undefined;
  const now = () => resources.service.options.clock.monotonicMs();
  const changing = <T>(work: Promise<T>): Promise<T> =>
    work.finally(() => {
      remembered = undefined;
    });
  return {
    subscriptions: async (maxAgeMs = 0) => {
      if (remembered !== undefined && maxAgeMs > 0 && now() - remembered.atMs <= maxAgeMs) return remembered.list;
      remembered = { list: await list(resources), atMs: now() };
      return remembered.list;
    },
    subscribe: (subscription) => changing(subscribe(resources, subscription)),
    unsubscribe: (uri) => changing(remove(resources, resources.service.path(uri))),
  };
}

async function subscriptionsPath(resources: Resources, doing: string, must?: 'be on'): Promise<Path> {
  const { root } = await resources.service.known();
  if (root.EventService === undefined) throw unsupported(resources, doing, 'it has no EventService');
  const path = resources.service.path(root.EventService);
  const service = EventService.parse((await resources.get(path, serviceMs)).json);
  if (service.Subscriptions === undefined)
    throw unsupported(resources, doing, 'its EventService takes no subscriptions');
  const isOff = service.ServiceEnabled === false;
  // Somebody may switch it on; then the next call should find it so.
  if (isOff) resources.forget(path);
  if (isOff && must === 'be on') throw unsupported(resources, doing, 'its EventService is disabled');
  return resources.service.path(service.Subscriptions);
}

async function list(resources: Resources): Promise<SubscriptionInfo[]> {
  const path = await subscriptionsPath(resources, 'reading its subscriptions');
  return (await resources.members(path, { tolerant: true })).map(toInfo);
}

function toInfo(json: JsonObject): SubscriptionInfo {
  const { Destination, Context, EventFormatType } = EventDestination.parse(json);
  const facts = present({ destination: Destination, context: Context, format: EventFormatType });
  return { uri: String(json['@odata.id']), ...facts };
}

async function subscribe(resources: Resources, wanted: NewSubscription): Promise<SubscriptionInfo> {
  const path = await subscriptionsPath(resources, 'subscribing to its events', 'be on');
  const known = await existing(resources, wanted);
  if (known !== undefined) return known;
  const { vendor } = await resources.service.known();
  try {
    const created = await create(resources, path, bodyOf(wanted, vendor.events));
    if (created !== undefined) return { uri: created.path, ...wanted };
  } catch (error) {
    if (!mayExist(error, vendor.events)) throw error;
    const made = await existing(resources, wanted);
    if (made === undefined) throw error;
    return made;
  }
  return (await existing(resources, wanted)) ?? refuse(resources);
}

async function existing(resources: Resources, wanted: NewSubscription): Promise<SubscriptionInfo | undefined> {
  return (await list(resources)).find((known) => isEqual(known, wanted));
}

/** Services of the first years tell no format; then it is that of events. */
const isEqual = ({ destination, context, format = 'Event' }: SubscriptionInfo, wanted: NewSubscription): boolean =>
  destination === wanted.destination && context === wanted.context && format === wanted.format;

const bodyOf = ({ destination, context, format }: NewSubscription, { retryPolicy }: EventQuirks): JsonObject => ({
  Destination: destination,
  Context: context,
  Protocol: 'Redfish',
  EventFormatType: format,
  ...(retryPolicy === undefined ? {} : { DeliveryRetryPolicy: retryPolicy }),
});

/** Lost on the way, or refused in words that vendors use for duplicates. */
function mayExist(error: unknown, { duplicateKeys }: EventQuirks): boolean {
  if (!isMetalError(error)) return false;
  const said = `${error.context.messageId ?? ''} ${error.why ?? ''}`;
  return error.code === 'OUTCOME_UNKNOWN' || duplicateKeys.some((key) => said.includes(key));
}

function refuse(resources: Resources): never {
  throw new PermanentError('BMC_REFUSED', 'subscribing to its events', {
    why: 'the BMC accepted the subscription, but does not list it',
    context: { bmc: resources.service.options.access.id },
  });
}
