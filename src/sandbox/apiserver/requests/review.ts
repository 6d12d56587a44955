/** Questions that are answered on creation: what may I do, who am I. */

import { encodeOwners } from '../apply/managed-fields.js';
import { invalidValue } from '../field-errors.js';
import { mayUse, mayVisit, type User } from '../http/auth.js';
import { materialise } from '../resources/go-encoding.js';
import { invalid } from '../status.js';
import { isObject, type Json, type JsonObject, type KubeObject } from '../types.js';
import { type Answer, type Call, timestamp } from './call.js';
import { decodeObject, parseBody } from './decode.js';
import { writeOptions } from './options.js';
import { ownersAfterUpdate } from './ownership.js';

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
      return { ...head, metadata: ownedMetadata(call, object, manager), spec, status: accessStatus(user, spec) };
    case 'SelfSubjectRulesReview':
      return { ...head, metadata: {}, spec: {}, status: rulesStatus(user) };
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

function accessStatus(user: User, spec: JsonObject): JsonObject {
  const { resourceAttributes: resource, nonResourceAttributes: path } = spec;
  const fail = (field: string, value: unknown, why: string) =>
    invalid({ group: 'authorization.k8s.io', kind: '' }, '', [invalidValue(field, value, why)]);
  if (isObject(resource) && isObject(path)) {
    const shown = { Path: path.path ?? '', Verb: path.verb ?? '' };
    throw fail('spec.nonResourceAttributes', shown, 'cannot be specified in combination with resourceAttributes');
  }
  if (isObject(resource)) {
    return { allowed: mayUse(user, { verb: String(resource.verb ?? ''), resource: String(resource.resource ?? '') }) };
  }
  if (isObject(path)) return { allowed: mayVisit(user, String(path.verb ?? '')) };
  const why = 'exactly one of nonResourceAttributes or resourceAttributes must be specified';
  throw fail('spec.resourceAttributes', null, why);
}

const rulesStatus = (user: User): JsonObject => ({
  resourceRules: [
    { verbs: user.isAdmin ? ['*'] : ['get', 'list', 'watch'], apiGroups: ['*'], resources: ['*'] },
    { verbs: ['create'], apiGroups: ['authentication.k8s.io'], resources: ['selfsubjectreviews'] },
    {
      verbs: ['create'],
      apiGroups: ['authorization.k8s.io'],
      resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'],
    },
  ],
  nonResourceRules: [{ verbs: user.isAdmin ? ['*'] : ['get'], nonResourceURLs: ['*'] }],
  incomplete: false,
});
