/** Roles that are there before any object is: the reader's, and what a real server grants to everybody. */
import type { PolicyRule } from './rules.js';
import { AUTHENTICATED, UNAUTHENTICATED, VIEWERS } from './user.js';

export interface FixedRole {
  readonly name: string;
  readonly groups: readonly string[];
  readonly rules: readonly PolicyRule[];
}

/** What is granted to everyone who has a name, whatever roles say of it. */
const selfReviews: PolicyRule[] = [
  { verbs: ['create'], apiGroups: ['authentication.k8s.io'], resources: ['selfsubjectreviews'] },
  {
    verbs: ['create'],
    apiGroups: ['authorization.k8s.io'],
    resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'],
  },
];

const INFO = ['/healthz', '/livez', '/readyz', '/version', '/version/'];
const DISCOVERY = ['/api', '/api/*', '/apis', '/apis/*', '/openapi', '/openapi/*'];

export const FIXED_ROLES: readonly FixedRole[] = [
  {
    name: 'viewer',
    groups: [VIEWERS],
    rules: [
      { verbs: ['get', 'list', 'watch'], apiGroups: ['*'], resources: ['*'] },
      { verbs: ['get'], nonResourceURLs: ['*'] },
    ],
  },
  { name: 'system:basic-user', groups: [AUTHENTICATED], rules: selfReviews },
  {
    name: 'system:discovery',
    groups: [AUTHENTICATED],
    rules: [{ verbs: ['get'], nonResourceURLs: [...DISCOVERY, ...INFO] }],
  },
  {
    name: 'system:public-info-viewer',
    groups: [AUTHENTICATED, UNAUTHENTICATED],
    rules: [{ verbs: ['get'], nonResourceURLs: INFO }],
  },
];
