/** Questions that are answered on creation: what may I do, what may others do, who am I. */
import type { Asked, PolicyRule } from '../access/rules.js';
import type { User } from '../access/user.js';
import { encodeOwners } from '../apply/managed-fields.js';
import { invalidValue } from '../field-errors.js';
import { materialise } from '../resources/go-encoding.js';
import { invalid } from '../status.js';
import { at, isObject, type Json, type JsonObject, type KubeObject } from '../types.js';
import { type Answer, type Call, timestamp } from './call.js';
import { decodeObject } from './decode.js';
import { writeOptions } from './options.js';
import { ownersAfterUpdate } from './ownership.js';
import { parseBody } from './parse.js';

/** Answer a review. @throws StatusError 422 */
export function review(call: Call): Answer {
  const options = writeOptions(call.query, 'CreateOptions', call.userAgent);
  const { object } = decodeObject(call, parseBody(call));
  const body = answerFor(call, object, options.fieldManager);
  return { kind: 'plain', code: 201, body };
}

function answerFor(call: Call, object: KubeObject, manager: string): JsonObject {
  const { resource, user } = call;
  const head = { kind: resource.kind, apiVersion: object.apiVersion ?? '' };
  const spec = isObject(object.spec) ? object.spec : {};
  switch (resource.kind) {
    case 'SelfSubjectAccessReview':
    case 'SubjectAccessReview': {
      const status = accessStatus(call, spec);
      return { ...head, metadata: ownedMetadata(call, object, manager), spec, status };
    }
    case 'SelfSubjectRulesReview':
      return { ...head, metadata: {}, spec: {}, status: rulesStatus(call, String(spec.namespace ?? '')) };
    default:
      return {
        ...head,
        metadata: { creationTimestamp: timestamp(call.server.now()) },
        status: { userInfo: userInfo(user) },
      };
  }
}

const userInfo = ({ name, uid, groups }: User): JsonObject => ({ username: name, uid, groups: [...groups] });

function ownedMetadata(call: Call, object: KubeObject, manager: string): JsonObject {
  const blank = materialise({ metadata: {} }, call.resource.schema) as unknown as KubeObject;
  const owners = ownersAfterUpdate(call, undefined, { ...blank, ...object }, manager);
  return { managedFields: encodeOwners(owners ?? new Map()) as unknown as Json };
}

const refusal = (field: string, value: unknown, why: string) =>
  invalid({ group: 'authorization.k8s.io', kind: '' }, '', [invalidValue(field, value, why)]);

/** Whom a question is about: whoever asks, or whoever is named. @throws StatusError 422 when nobody is */
function subjectOf({ resource, user }: Call, spec: JsonObject): User {
  if (resource.kind === 'SelfSubjectAccessReview') return user;
  const groups = (spec.groups ?? []) as string[];
  const name = String(spec.user ?? '');
  if (name === '' && groups.length === 0) {
    throw refusal('spec.user', '', 'at least one of user or group must be specified');
  }
  return { name, uid: String(spec.uid ?? ''), groups };
}

function accessStatus(call: Call, spec: JsonObject): JsonObject {
  const { resourceAttributes: resource, nonResourceAttributes: path } = spec;
  const { access } = call.server;
  if (isObject(resource) && isObject(path)) {
    const shown = { Path: path.path ?? '', Verb: path.verb ?? '' };
    throw refusal('spec.nonResourceAttributes', shown, 'cannot be specified in combination with resourceAttributes');
  }
  if (!isObject(resource) && !isObject(path)) {
    const why = 'exactly one of nonResourceAttributes or resourceAttributes must be specified';
    throw refusal('spec.resourceAttributes', null, why);
  }
  const user = subjectOf(call, spec);
  const { allowed, reason } = isObject(resource)
    ? access.decide(user, askedIn(resource))
    : access.decidePath(user, textOf(path, 'verb'), textOf(path, 'path'));
  return { allowed, ...(reason === '' ? {} : { reason }) };
}

const textOf = (value: unknown, field: string): string => String(at(value, field) ?? '');

const askedIn = (attributes: JsonObject): Asked => ({
  verb: textOf(attributes, 'verb'),
  group: textOf(attributes, 'group'),
  resource: textOf(attributes, 'resource'),
  subresource: textOf(attributes, 'subresource'),
  namespace: textOf(attributes, 'namespace'),
  name: textOf(attributes, 'name'),
});

function rulesStatus({ server, user }: Call, namespace: string): JsonObject {
  const rules = server.access.rulesFor(user, namespace) as (PolicyRule & JsonObject)[];
  return {
    resourceRules: rules.filter(({ resources }) => resources !== undefined),
    nonResourceRules: rules.filter(({ nonResourceURLs }) => nonResourceURLs !== undefined),
    incomplete: false,
  };
}
