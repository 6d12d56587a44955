/** Documents of commands that look: why, power, inventory, events, history, tree, top. */
import { any, boolean, doc, type JsonSchema, kubeObject, list, number, object, record, text } from './schema.js';

const why = {
  subject: text,
  verdict: text,
  isBlocked: boolean,
  'gates?': list(object({ reason: text, must: text, isOpen: boolean, 'because?': text })),
};

const node = (depth: number): JsonSchema =>
  object({ name: text, 'state?': text, 'children?': list(depth === 0 ? any : node(depth - 1)) });

export const looking = {
  Why: doc('What holds something back.', why),
  WhyList: doc('What holds each of several things back.', { 'items?': list(object({ kind: text, ...why })) }),
  PowerReport: doc('Power of servers, wanted and seen.', {
    servers: list(object({ server: text, 'state?': text, 'power?': text, 'wanted?': text, 'decidedBy?': text })),
  }),
  InventoryReport: doc('Hardware of servers.', {
    items: list(
      object({
        server: text,
        'uuid?': text,
        'vendor?': text,
        'model?': text,
        'serial?': text,
        'cores?': number,
        'memoryBytes?': number,
        'disks?': text,
        'diskBytes?': number,
        'nics?': list(text),
        'bios?': text,
        'state?': text,
        'where?': text,
        'rack?': text,
        'location?': text,
      }),
    ),
  }),
  InventorySummary: doc('Hardware of servers, summed up by group.', {
    by: list(text),
    groups: list(
      object({
        count: number,
        'cores?': number,
        'memoryBytes?': number,
        'diskBytes?': number,
        'free?': number,
        'bios?': list(object({ version: text, count: number })),
      }),
    ),
  }),
  EventList: doc('Events of the cluster, and with --bmc what the event logs of BMCs hold.', {
    items: list(kubeObject),
    'bmcLogs?': list(
      object({ bmc: text, log: text, id: text, message: text, 'at?': text, 'severity?': text, 'messageId?': text }),
    ),
  }),
  History: doc('What happened to an object, oldest first.', {
    entries: list(object({ 'time?': text, 'object?': text, 'source?': text, text })),
  }),
  Tree: doc('What belongs to what.', { roots: list(node(4)) }),
  Top: doc('The fleet at a glance.', {
    page: text,
    servers: number,
    bmcs: number,
    counts: record(number),
    'driver?': text,
    items: list(any),
  }),
  BootReport: doc('How a machine boots.', {
    server: text,
    'override?': object({ 'enabled?': text, 'target?': text, 'mode?': text }),
    'order?': list(text),
    'options?': list(object({ reference: text, 'name?': text, 'path?': text, 'isEnabled?': boolean })),
  }),
  BootOrder: doc('The boot order of a machine.', { server: text, order: list(any), 'outcome?': text }),
  BootConfiguration: doc('The boot configuration behind a server.', {
    server: text,
    configuration: text,
    'spec?': any,
    'status?': any,
  }),
  MediaList: doc('Virtual media of a machine.', {
    server: text,
    slots: list(object({ id: text, 'uri?': text, 'types?': list(text), 'isInserted?': boolean })),
  }),
} as const;
