/** Events: one table, two shapes. The core shape is stored; `events.k8s.io` is translated at the door. */
import { immutable, invalidValue, required } from '../field-errors.js';
import { labelKeyErrors } from '../resources/names.js';
import type { Resource, Write } from '../resources/resource.js';
import type { Schema } from '../schema/schema.js';
import type { FieldError } from '../status.js';
import { ageOf } from '../tables/age.js';
import { column, nameColumn } from '../tables/columns.js';
import { DESCRIPTIONS } from '../tables/descriptions.js';
import { at, equal, isObject, type Json, type JsonObject, type KubeObject } from '../types.js';
import { builtin } from './builtin.js';

const text: Schema = { type: 'string' };
const count: Schema = { type: 'integer', format: 'int32' };
const time: Schema = { type: 'string', format: 'date-time', go: 'null' };
const microTime: Schema = { type: 'string', format: 'micro-time', go: 'null' };
const reference: Schema = {
  type: 'object',
  'x-kubernetes-map-type': 'atomic',
  properties: {
    kind: text,
    namespace: text,
    name: text,
    uid: text,
    apiVersion: text,
    resourceVersion: text,
    fieldPath: text,
  },
};
const source: Schema = { type: 'object', go: 'struct', properties: { component: text, host: text } };
const series: Schema = { type: 'object', properties: { count, lastObservedTime: microTime } };

/** Core field → events.k8s.io field, where they differ. */
const RENAMED: readonly (readonly [core: string, group: string])[] = [
  ['involvedObject', 'regarding'],
  ['message', 'note'],
  ['source', 'deprecatedSource'],
  ['firstTimestamp', 'deprecatedFirstTimestamp'],
  ['lastTimestamp', 'deprecatedLastTimestamp'],
  ['count', 'deprecatedCount'],
  ['reportingComponent', 'reportingController'],
];
const toGroupName = new Map<string, string>(RENAMED);
const toCoreName = new Map(RENAMED.map(([core, group]) => [group, core]));

function renamed(object: KubeObject, names: ReadonlyMap<string, string>): KubeObject {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [names.get(key) ?? key, value])) as KubeObject;
}

/** Fields each shape always shows, even empty. */
function withAlways(
  object: KubeObject,
  always: readonly (readonly [string, Json])[],
  optional: readonly string[],
): KubeObject {
  const result: KubeObject = { ...object };
  for (const [key, value] of always) result[key] ??= value;
  for (const key of optional) if (result[key] === '' || isEmptyObject(result[key])) delete result[key];
  return result;
}

const isEmptyObject = (value: unknown) => isObject(value) && Object.keys(value).length === 0;

const toGroup = (stored: KubeObject): KubeObject =>
  withAlways(
    { ...renamed(stored, toGroupName), apiVersion: 'events.k8s.io/v1' },
    [
      ['eventTime', null],
      ['regarding', {}],
      ['deprecatedSource', {}],
      ['deprecatedFirstTimestamp', null],
      ['deprecatedLastTimestamp', null],
    ],
    ['reportingController', 'reportingInstance'],
  );

const toCore = (object: KubeObject): KubeObject =>
  withAlways(
    { ...renamed(object, toCoreName), apiVersion: 'v1' },
    [
      ['involvedObject', {}],
      ['source', {}],
      ['firstTimestamp', null],
      ['lastTimestamp', null],
      ['eventTime', null],
      ['reportingComponent', ''],
      ['reportingInstance', ''],
    ],
    [],
  );

const word = (object: KubeObject, ...path: string[]) => String(at(object, ...path) ?? '');

function involvedFields(prefix: string) {
  return Object.fromEntries(
    ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'].map((field) => [
      `${prefix}.${field}`,
      (object: KubeObject) => word(object, prefix, field),
    ]),
  );
}

const MAX_NOTE = 1024;

function validateNew(next: KubeObject, isGroup: boolean): FieldError[] {
  const namespaceErrors = validateInvolved(next);
  const legacy = !isGroup && (next.eventTime === null || next.eventTime === undefined);
  if (legacy) return namespaceErrors;
  const errors = [...namespaceErrors];
  if (next.eventTime === null || next.eventTime === undefined)
    return [...errors, required('eventTime'), ...typeErrors(next)];
  const component = word(next, 'reportingComponent');
  if (component === '') errors.push(required('reportingComponent'));
  errors.push(...labelKeyErrors(component).map((why) => invalidValue('reportingComponent', component, why)));
  if (word(next, 'reportingInstance') === '') errors.push(required('reportingInstance'));
  if (word(next, 'action') === '') errors.push(required('action'));
  if (word(next, 'reason') === '') errors.push(required('reason'));
  if (word(next, 'message').length > MAX_NOTE) {
    errors.push(invalidValue('message', '', `can have at most ${MAX_NOTE} characters`));
  }
  return isGroup ? [...errors, ...typeErrors(next), ...deprecatedErrors(next)] : errors;
}

function typeErrors(next: KubeObject): FieldError[] {
  const type = word(next, 'type');
  return type === 'Normal' || type === 'Warning' ? [] : [invalidValue('type', '', `has invalid value: ${type}`)];
}

const deprecatedErrors = (next: KubeObject): FieldError[] =>
  (['count', 'firstTimestamp', 'lastTimestamp', 'source'] as const)
    .filter((field) => !isUnset(next[field]))
    .map((field) => invalidValue(field, '', 'needs to be unset'));

const isUnset = (value: unknown) => value === undefined || value === null || value === 0 || isEmptyObject(value);

/** Events about cluster-scoped objects live in `default`. */
function validateInvolved(next: KubeObject): FieldError[] {
  const namespace = word(next, 'involvedObject', 'namespace');
  const own = next.metadata.namespace ?? '';
  if (namespace === own || (namespace === '' && (own === 'default' || own === ''))) return [];
  return [invalidValue('involvedObject.namespace', namespace, 'does not match event.namespace')];
}

const FIXED = [
  'involvedObject',
  'reason',
  'message',
  'type',
  'action',
  'related',
  'reportingComponent',
  'reportingInstance',
  'eventTime',
  'source',
  'firstTimestamp',
  'lastTimestamp',
  'count',
];

function validate({ next, old }: Write, isGroup: boolean): FieldError[] {
  const stored = isGroup ? toCore(next) : next;
  if (old === undefined) return validateNew(stored, isGroup);
  if (!isGroup) return validateInvolved(stored);
  const before = toCore(old);
  return FIXED.filter((field) => !equal(stored[field] ?? null, before[field] ?? null)).map((field) =>
    immutable(field, stored[field]),
  );
}

const sourceText = (object: KubeObject): string => {
  const component = word(object, 'source', 'component') || word(object, 'reportingComponent');
  const host = word(object, 'source', 'host') || word(object, 'reportingInstance');
  return host === '' ? component : `${component}, ${host}`;
};

const firstSeen = (object: KubeObject) => at(object, 'firstTimestamp') ?? at(object, 'eventTime');
const lastSeen = (object: KubeObject) =>
  at(object, 'series', 'lastObservedTime') ?? at(object, 'lastTimestamp') ?? firstSeen(object);
const seenCount = (object: KubeObject): Json => at(object, 'series', 'count') ?? at(object, 'count') ?? 1;

const hidden = { priority: 1 };
const columns = (core: (object: KubeObject) => KubeObject) => [
  column('Last Seen', DESCRIPTIONS.eventLastSeen, (object, now) => ageOf(lastSeen(core(object)), now)),
  column('Type', DESCRIPTIONS.eventType, (object) => word(core(object), 'type')),
  column('Reason', DESCRIPTIONS.eventReason, (object) => word(core(object), 'reason')),
  column('Object', DESCRIPTIONS.eventObject, (object) => {
    const event = core(object);
    return `${word(event, 'involvedObject', 'kind').toLowerCase()}/${word(event, 'involvedObject', 'name')}`;
  }),
  column(
    'Subobject',
    DESCRIPTIONS.eventSubobject,
    (object) => word(core(object), 'involvedObject', 'fieldPath'),
    hidden,
  ),
  column('Source', DESCRIPTIONS.eventSource, (object) => sourceText(core(object)), hidden),
  column('Message', DESCRIPTIONS.eventMessage, (object) => word(core(object), 'message').trim()),
  column('First Seen', DESCRIPTIONS.eventFirstSeen, (object, now) => ageOf(firstSeen(core(object)), now), hidden),
  column('Count', DESCRIPTIONS.eventCount, (object) => seenCount(core(object)), hidden),
  { ...nameColumn, priority: 1 },
];

const shared = {
  plural: 'events',
  kind: 'Event',
  namespaced: true,
  shortNames: ['ev'],
  table: '/events',
  storedAs: '/v1/Event',
  invalidAs: { group: '', kind: 'Event' },
  description: 'Event is a report of an event somewhere in the cluster.',
} as const;

const asJson = (object: KubeObject) => object as unknown as JsonObject;

/** `v1` Events. */
export const coreEvents: Resource = builtin({
  ...shared,
  group: '',
  version: 'v1',
  fields: {
    involvedObject: { ...reference, go: 'struct' },
    reason: text,
    message: text,
    source,
    firstTimestamp: time,
    lastTimestamp: time,
    count,
    type: text,
    eventTime: microTime,
    series,
    action: text,
    related: reference,
    reportingComponent: { ...text, go: 'zero' },
    reportingInstance: { ...text, go: 'zero' },
  },
  selectable: {
    ...involvedFields('involvedObject'),
    reason: (object) => word(object, 'reason'),
    reportingComponent: (object) => word(object, 'reportingComponent'),
    source: (object) => word(object, 'source', 'component') || word(object, 'reportingComponent'),
    type: (object) => word(object, 'type'),
  },
  columns: columns((object) => object),
  validate: (write) => validate(write, false),
});

/** `events.k8s.io/v1` Events. */
export const groupEvents: Resource = builtin({
  ...shared,
  group: 'events.k8s.io',
  version: 'v1',
  fields: {
    eventTime: microTime,
    series,
    reportingController: text,
    reportingInstance: text,
    action: text,
    reason: text,
    regarding: { ...reference, go: 'struct' },
    related: reference,
    note: text,
    type: text,
    deprecatedSource: source,
    deprecatedFirstTimestamp: time,
    deprecatedLastTimestamp: time,
    deprecatedCount: count,
  },
  selectable: {
    ...involvedFields('regarding'),
    reason: (object) => word(object, 'reason'),
    reportingController: (object) => word(object, 'reportingController'),
    type: (object) => word(object, 'type'),
  },
  columns: columns((object) => toCore(asJson(object) as unknown as KubeObject)),
  toServed: toGroup,
  toStored: toCore,
  validate: (write) => validate(write, true),
});
