/** EventService: subscriptions that are really delivered, and the test event (DSP0268 EventService, EventDestination). */
import { subscriptionsPath } from '../events/bus.js';
import { type Answer, actionDone, created, noContent, problem, refusal } from '../http/answer.js';
import type { Message } from '../http/messages.js';
import type { JsonObject } from '../json.js';
import type { VirtualBmc } from '../virtual-bmc.js';
import type { Behaviour, Write } from './behaviour.js';
import { type Check, isString, oneOf, patchAnswer, sortPatch, type WriteRules, wrongType } from './patching.js';

const isList: Check = (value, property) => (Array.isArray(value) ? undefined : wrongType(value, property));

/** What may be given on creation; DeliveryRetryPolicy only where the profile knows it. */
const createRules = (bmc: VirtualBmc): WriteRules => ({
  Destination: isString,
  Context: isString,
  Protocol: oneOf(['Redfish']),
  EventFormatType: oneOf(['Event', 'MetricReport']),
  SubscriptionType: oneOf(['RedfishEvent']),
  EventTypes: isList,
  RegistryPrefixes: isList,
  ResourceTypes: isList,
  OriginResources: isList,
  HttpHeaders: isList,
  ...(bmc.profile.quirks.events.hasRetryPolicy ? { DeliveryRetryPolicy: oneOf(policies) } : {}),
});

const policies = ['TerminateAfterRetries', 'SuspendRetries', 'RetryForever'];

export const eventService: Behaviour = {
  privilege: 'ConfigureManager',
  actions: { 'EventService.SubmitTestEvent': submitTestEvent },
};

export const eventDestinationCollection: Behaviour = {
  privilege: 'ConfigureManager',
  compute(bmc, path, doc) {
    const members = bmc.own.below(path);
    doc.Members = members.map((member) => ({ '@odata.id': member }));
    doc['Members@odata.count'] = members.length;
  },
  create,
};

function create({ bmc, path, body }: Write): Answer {
  const { quirks } = bmc.profile;
  const rules = createRules(bmc);
  const refused = refuse(body, rules);
  if (refused.length > 0) return refusal(quirks, 400, refused);
  const known = bmc.own.below(path).map((member) => bmc.read(member) ?? {});
  const twin = known.find((doc) => doc.Destination === body.Destination && doc.Context === (body.Context ?? ''));
  const { duplicate, max } = quirks.events;
  if (twin && duplicate !== 'allowed') {
    const key = duplicate === 'ResourceAlreadyExists' ? 'ResourceAlreadyExists' : duplicate;
    return problem(quirks, 400, key, ['EventDestination', 'Destination', String(body.Destination)]);
  }
  if (known.length >= max) return problem(quirks, 400, 'EventSubscriptionLimitExceeded');
  return made(bmc, path, body);
}

function refuse(body: JsonObject, rules: WriteRules): readonly Message[] {
  const needed = ['Destination', 'Protocol'].filter((name) => body[name] === undefined);
  const missing: Message[] = needed.map((name) => ({ key: 'PropertyMissing', args: [name], property: `#/${name}` }));
  const known = Object.fromEntries(Object.keys(rules).map((name) => [name, null]));
  const bad = [...sortPatch(known, body, rules).refused];
  const url = body.Destination;
  if (typeof url === 'string' && !/^https?:\/\/./.test(url)) {
    bad.push({ key: 'PropertyValueFormatError', args: [url, 'Destination'], property: '#/Destination' });
  }
  return [...missing, ...bad];
}

function made(bmc: VirtualBmc, collection: string, body: JsonObject): Answer {
  const id = String(bmc.own.nextNumber(collection));
  const path = `${collection}/${id}`;
  const { HttpHeaders: _, Context: context = '', EventFormatType: format = 'Event', ...rest } = body;
  bmc.own.put(path, {
    '@odata.id': path,
    '@odata.type': '#EventDestination.v1_13_0.EventDestination',
    Id: id,
    Name: `Subscription ${id}`,
    Context: context,
    EventFormatType: format,
    SubscriptionType: 'RedfishEvent',
    RegistryPrefixes: [],
    ResourceTypes: [],
    // Headers may hold credentials of the receiver, so they are never shown.
    HttpHeaders: [],
    VerifyCertificate: false,
    Status: { State: 'Enabled', Health: 'OK' },
    ...(bmc.profile.quirks.events.hasRetryPolicy ? { DeliveryRetryPolicy: 'TerminateAfterRetries' } : {}),
    ...rest,
  });
  if (format === 'MetricReport') bmc.telemetry.listen();
  return created(bmc.show(path) ?? {}, path);
}

export const eventDestination: Behaviour = {
  privilege: 'ConfigureManager',
  patch({ bmc, path, doc, body }) {
    const sorted = sortPatch(doc, body, { Context: isString, DeliveryRetryPolicy: oneOf(policies) });
    bmc.patch(path, sorted.accepted);
    bmc.events.end(path);
    return patchAnswer(bmc, path, sorted);
  },
  remove({ bmc, path }) {
    bmc.events.end(path);
    bmc.own.drop(path);
    return noContent;
  },
};

function submitTestEvent({ bmc, body }: Write): Answer {
  const text = (name: string, otherwise: string): string =>
    typeof body[name] === 'string' ? (body[name] as string) : otherwise;
  bmc.events.publish({
    messageId: text('MessageId', 'ResourceEvent.1.3.TestMessage'),
    message: text('Message', 'This is a test event.'),
    origin: text('OriginOfCondition', subscriptionsPath),
  });
  return actionDone(bmc.profile.quirks);
}
