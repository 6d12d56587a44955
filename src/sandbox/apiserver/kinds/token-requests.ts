/** TokenRequest (authentication.k8s.io/v1): what is sent to the `token` subresource of ServiceAccounts. */
import type { Resource } from '../resources/resource.js';
import { builtin } from './builtin.js';

/** Not served by itself: it describes the body of a subresource. */
export const tokenRequests: Resource = builtin({
  group: 'authentication.k8s.io',
  version: 'v1',
  plural: 'tokenrequests',
  kind: 'TokenRequest',
  namespaced: true,
  verbs: ['create'],
  description: 'TokenRequest requests a token for a given service account.',
  fields: {
    spec: {
      type: 'object',
      go: 'struct',
      properties: {
        audiences: { type: 'array', 'x-kubernetes-list-type': 'atomic', items: { type: 'string' } },
        expirationSeconds: { type: 'integer', format: 'int64', go: 'pointer' },
        boundObjectRef: {
          type: 'object',
          properties: {
            kind: { type: 'string' },
            apiVersion: { type: 'string' },
            name: { type: 'string' },
            uid: { type: 'string' },
          },
        },
      },
    },
    status: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  },
});
