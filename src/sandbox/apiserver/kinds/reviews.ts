/** Virtual kinds: questions that are answered and not stored (access reviews, "who am I"). */
import type { Resource } from '../resources/resource.js';
import type { Schema } from '../schema/schema.js';
import { builtin } from './builtin.js';

const text: Schema = { type: 'string' };
const open: Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

const review = (group: string, plural: string, kind: string, spec: Schema): Resource =>
  builtin({
    group,
    version: 'v1',
    plural,
    kind,
    namespaced: false,
    verbs: ['create'],
    description: `${kind} is answered when it is created, and never stored.`,
    fields: { spec, status: { ...open, go: 'struct' } },
  });

const attributes: Readonly<Record<string, Schema>> = {
  resourceAttributes: {
    type: 'object',
    properties: {
      namespace: text,
      verb: text,
      group: text,
      version: text,
      resource: text,
      subresource: text,
      name: text,
      fieldSelector: open,
      labelSelector: open,
    },
  },
  nonResourceAttributes: { type: 'object', properties: { path: text, verb: text } },
};

export const selfSubjectAccessReviews = review(
  'authorization.k8s.io',
  'selfsubjectaccessreviews',
  'SelfSubjectAccessReview',
  { type: 'object', go: 'struct', properties: attributes },
);

export const subjectAccessReviews = review('authorization.k8s.io', 'subjectaccessreviews', 'SubjectAccessReview', {
  type: 'object',
  go: 'struct',
  properties: {
    ...attributes,
    user: text,
    groups: { type: 'array', 'x-kubernetes-list-type': 'atomic', items: text },
    extra: open,
    uid: text,
  },
});

export const selfSubjectRulesReviews = review(
  'authorization.k8s.io',
  'selfsubjectrulesreviews',
  'SelfSubjectRulesReview',
  {
    type: 'object',
    go: 'struct',
    properties: { namespace: text },
  },
);

export const selfSubjectReviews = review('authentication.k8s.io', 'selfsubjectreviews', 'SelfSubjectReview', {
  type: 'object',
  properties: {},
});

/** Plurals that are answered by `requests/review.ts`. */
export const REVIEWS: ReadonlySet<string> = new Set([
  selfSubjectAccessReviews.plural,
  subjectAccessReviews.plural,
  selfSubjectRulesReviews.plural,
  selfSubjectReviews.plural,
]);
