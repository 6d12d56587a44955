/**
 * Field numbers of the messages kubectl and client-go send in protobuf (k8s.io/api and k8s.io/apimachinery,
 * generated.proto). Only what clients of this server send is here.
 */

export type FieldType =
  | 'string'
  | 'int'
  | 'bool'
  | 'bytes'
  | 'time'
  | 'microTime'
  | { readonly message: Message }
  | { readonly map: 'string' | 'bytes' };

export interface Field {
  readonly name: string;
  readonly type: FieldType;
  readonly isRepeated: boolean;
}

export type Message = Readonly<Record<number, Field>>;

const one = (name: string, type: FieldType = 'string'): Field => ({ name, type, isRepeated: false });
const many = (name: string, type: FieldType = 'string'): Field => ({ name, type, isRepeated: true });
const sub = (name: string, message: Message): Field => one(name, { message });

const ownerReference: Message = {
  1: one('kind'),
  3: one('name'),
  4: one('uid'),
  5: one('apiVersion'),
  6: one('controller', 'bool'),
  7: one('blockOwnerDeletion', 'bool'),
};

const metadata: Message = {
  1: one('name'),
  2: one('generateName'),
  3: one('namespace'),
  4: one('selfLink'),
  5: one('uid'),
  6: one('resourceVersion'),
  7: one('generation', 'int'),
  8: one('creationTimestamp', 'time'),
  9: one('deletionTimestamp', 'time'),
  10: one('deletionGracePeriodSeconds', 'int'),
  11: one('labels', { map: 'string' }),
  12: one('annotations', { map: 'string' }),
  13: many('ownerReferences', { message: ownerReference }),
  14: many('finalizers'),
};

const reference: Message = {
  1: one('kind'),
  2: one('namespace'),
  3: one('name'),
  4: one('uid'),
  5: one('apiVersion'),
  6: one('resourceVersion'),
  7: one('fieldPath'),
};

const source: Message = { 1: one('component'), 2: one('host') };
const series: Message = { 1: one('count', 'int'), 2: one('lastObservedTime', 'microTime') };
const head = sub('metadata', metadata);

const accessAttributes: Message = {
  1: sub('resourceAttributes', {
    1: one('namespace'),
    2: one('verb'),
    3: one('group'),
    4: one('version'),
    5: one('resource'),
    6: one('subresource'),
    7: one('name'),
  }),
  2: sub('nonResourceAttributes', { 1: one('path'), 2: one('verb') }),
};

const policyRule: Message = {
  1: many('verbs'),
  2: many('apiGroups'),
  3: many('resources'),
  4: many('resourceNames'),
  5: many('nonResourceURLs'),
};

const binding: Message = {
  1: head,
  2: many('subjects', { message: { 1: one('kind'), 2: one('apiGroup'), 3: one('name'), 4: one('namespace') } }),
  3: sub('roleRef', { 1: one('apiGroup'), 2: one('kind'), 3: one('name') }),
};

/** Messages by `apiVersion/kind`. */
export const MESSAGES: Readonly<Record<string, Message>> = {
  'v1/Namespace': { 1: head, 2: sub('spec', { 1: many('finalizers') }), 3: sub('status', { 1: one('phase') }) },
  'v1/Secret': {
    1: head,
    2: one('data', { map: 'bytes' }),
    3: one('type'),
    4: one('stringData', { map: 'string' }),
    5: one('immutable', 'bool'),
  },
  'v1/ConfigMap': {
    1: head,
    2: one('data', { map: 'string' }),
    3: one('binaryData', { map: 'bytes' }),
    4: one('immutable', 'bool'),
  },
  'v1/ServiceAccount': {
    1: head,
    2: many('secrets', { message: reference }),
    3: many('imagePullSecrets', { message: { 1: one('name') } }),
    4: one('automountServiceAccountToken', 'bool'),
  },
  'v1/Event': {
    1: head,
    2: sub('involvedObject', reference),
    3: one('reason'),
    4: one('message'),
    5: sub('source', source),
    6: one('firstTimestamp', 'time'),
    7: one('lastTimestamp', 'time'),
    8: one('count', 'int'),
    9: one('type'),
    10: one('eventTime', 'microTime'),
    11: sub('series', series),
    12: one('action'),
    13: sub('related', reference),
    14: one('reportingComponent'),
    15: one('reportingInstance'),
  },
  'events.k8s.io/v1/Event': {
    1: head,
    2: one('eventTime', 'microTime'),
    3: sub('series', series),
    4: one('reportingController'),
    5: one('reportingInstance'),
    6: one('action'),
    7: one('reason'),
    8: sub('regarding', reference),
    9: sub('related', reference),
    10: one('note'),
    11: one('type'),
    12: sub('deprecatedSource', source),
    13: one('deprecatedFirstTimestamp', 'time'),
    14: one('deprecatedLastTimestamp', 'time'),
    15: one('deprecatedCount', 'int'),
  },
  'coordination.k8s.io/v1/Lease': {
    1: head,
    2: sub('spec', {
      1: one('holderIdentity'),
      2: one('leaseDurationSeconds', 'int'),
      3: one('acquireTime', 'microTime'),
      4: one('renewTime', 'microTime'),
      5: one('leaseTransitions', 'int'),
    }),
  },
  'authorization.k8s.io/v1/SelfSubjectAccessReview': { 1: head, 2: sub('spec', accessAttributes) },
  'authorization.k8s.io/v1/SubjectAccessReview': {
    1: head,
    2: sub('spec', { ...accessAttributes, 3: one('user'), 4: many('groups'), 6: one('uid') }),
  },
  'authentication.k8s.io/v1/TokenRequest': {
    1: head,
    2: sub('spec', {
      1: many('audiences'),
      3: sub('boundObjectRef', { 1: one('kind'), 2: one('apiVersion'), 3: one('name'), 4: one('uid') }),
      4: one('expirationSeconds', 'int'),
    }),
  },
  'rbac.authorization.k8s.io/v1/Role': { 1: head, 2: many('rules', { message: policyRule }) },
  'rbac.authorization.k8s.io/v1/ClusterRole': { 1: head, 2: many('rules', { message: policyRule }) },
  'rbac.authorization.k8s.io/v1/RoleBinding': binding,
  'rbac.authorization.k8s.io/v1/ClusterRoleBinding': binding,
  'authorization.k8s.io/v1/SelfSubjectRulesReview': { 1: head, 2: sub('spec', { 1: one('namespace') }) },
  'authentication.k8s.io/v1/SelfSubjectReview': { 1: head },
  'v1/DeleteOptions': {
    1: one('gracePeriodSeconds', 'int'),
    2: sub('preconditions', { 1: one('uid'), 2: one('resourceVersion') }),
    3: one('orphanDependents', 'bool'),
    4: one('propagationPolicy'),
    5: many('dryRun'),
  },
};

/** The envelope around every message (runtime.Unknown). */
export const ENVELOPE: Message = {
  1: sub('typeMeta', { 1: one('apiVersion'), 2: one('kind') }),
  2: one('raw', 'bytes'),
};
