/** Namespaces: their phase, the `kubernetes` finalizer in spec, and the label that repeats the name. */
import { invalidValue } from '../field-errors.js';
import { labelErrors } from '../resources/names.js';
import type { Resource, Write } from '../resources/resource.js';
import type { FieldError } from '../status.js';
import { ageColumn, column, nameColumn } from '../tables/columns.js';
import { at, type KubeObject } from '../types.js';
import { builtin } from './builtin.js';

const NAME_LABEL = 'kubernetes.io/metadata.name';
const FINALIZER = 'kubernetes';

/** Namespaces that cannot be deleted. */
export const PERMANENT_NAMESPACES: ReadonlySet<string> = new Set(['default', 'kube-system', 'kube-public']);

function setDefaults(next: KubeObject): void {
  next.metadata.labels = { ...next.metadata.labels, [NAME_LABEL]: next.metadata.name ?? '' };
}

function prepare({ next, old, subresource }: Write): void {
  if (old === undefined) {
    const finalizers = (at(next, 'spec', 'finalizers') ?? []) as string[];
    next.spec = {
      ...(next.spec as object),
      finalizers: [...new Set([...finalizers, FINALIZER])].sort(byKubernetesFirst),
    };
    next.status = { phase: 'Active' };
    return;
  }
  if (subresource === 'finalize') next.status = old.status;
  else next.spec = old.spec;
  if (subresource !== 'status') next.status = old.status;
}

const byKubernetesFirst = (a: string, b: string) => Number(b === FINALIZER) - Number(a === FINALIZER);

function validate({ next, old, subresource }: Write): FieldError[] {
  if (old === undefined || subresource !== 'status') return [];
  const phase = at(next, 'status', 'phase');
  const isDeleting = next.metadata.deletionTimestamp !== undefined;
  if (!isDeleting && phase !== 'Active') {
    return [invalidValue('status.Phase', phase ?? '', "may only be 'Active' if `deletionTimestamp` is empty")];
  }
  if (isDeleting && phase !== 'Terminating') {
    return [invalidValue('status.Phase', phase ?? '', "may only be 'Terminating' if `deletionTimestamp` is not empty")];
  }
  return [];
}

export const namespaces: Resource = builtin({
  group: '',
  version: 'v1',
  plural: 'namespaces',
  kind: 'Namespace',
  namespaced: false,
  shortNames: ['ns'],
  verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
  subresources: ['finalize', 'status'],
  description: 'Namespace provides a scope for Names. Use of multiple namespaces is optional.',
  fields: {
    spec: {
      type: 'object',
      go: 'struct',
      properties: { finalizers: { type: 'array', 'x-kubernetes-list-type': 'atomic', items: { type: 'string' } } },
    },
    status: {
      type: 'object',
      go: 'struct',
      properties: {
        phase: { type: 'string' },
        conditions: {
          type: 'array',
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['type'],
          'x-kubernetes-patch-strategy': 'merge',
          'x-kubernetes-patch-merge-key': 'type',
          items: {
            type: 'object',
            properties: {
              type: { type: 'string' },
              status: { type: 'string' },
              reason: { type: 'string' },
              message: { type: 'string' },
              lastTransitionTime: { type: 'string', format: 'date-time', go: 'null' },
            },
          },
        },
      },
    },
  },
  selectable: {
    'status.phase': (object) => String(at(object, 'status', 'phase') ?? ''),
    name: (object) => object.metadata.name ?? '',
  },
  columns: [
    nameColumn,
    column('Status', 'The status of the namespace', (object) => at(object, 'status', 'phase') ?? ''),
    ageColumn,
  ],
  nameErrors: labelErrors,
  setDefaults,
  prepare,
  validate,
});
