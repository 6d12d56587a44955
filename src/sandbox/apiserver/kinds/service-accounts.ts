/** ServiceAccounts: identities for programs. Their tokens are asked for at the subresource `token`. */
import type { Resource } from '../resources/resource.js';
import { builtin } from './builtin.js';

export const serviceAccounts: Resource = builtin({
  group: '',
  version: 'v1',
  plural: 'serviceaccounts',
  kind: 'ServiceAccount',
  namespaced: true,
  shortNames: ['sa'],
  subresources: ['token'],
  description: 'ServiceAccount binds together a name, a principal and a set of secrets.',
  fields: {
    secrets: {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
      'x-kubernetes-patch-strategy': 'merge',
      'x-kubernetes-patch-merge-key': 'name',
      items: {
        type: 'object',
        'x-kubernetes-map-type': 'atomic',
        properties: {
          kind: { type: 'string' },
          namespace: { type: 'string' },
          name: { type: 'string' },
          uid: { type: 'string' },
          apiVersion: { type: 'string' },
          resourceVersion: { type: 'string' },
          fieldPath: { type: 'string' },
        },
      },
    },
    imagePullSecrets: {
      type: 'array',
      'x-kubernetes-list-type': 'atomic',
      items: { type: 'object', 'x-kubernetes-map-type': 'atomic', properties: { name: { type: 'string' } } },
    },
    automountServiceAccountToken: { type: 'boolean', go: 'pointer' },
  },
});
