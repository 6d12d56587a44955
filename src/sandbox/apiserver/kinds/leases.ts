/** Leases (coordination.k8s.io/v1): who leads, until when. */
import { invalidValue } from '../field-errors.js';
import type { Resource } from '../resources/resource.js';
import type { Schema } from '../schema/schema.js';
import type { FieldError } from '../status.js';
import { ageColumn, column, nameColumn } from '../tables/columns.js';
import { DESCRIPTIONS } from '../tables/descriptions.js';
import { at, type KubeObject } from '../types.js';
import { builtin } from './builtin.js';

const text: Schema = { type: 'string', go: 'pointer' };
const number: Schema = { type: 'integer', format: 'int32', go: 'pointer' };
const time: Schema = { type: 'string', format: 'micro-time', go: 'pointer' };

function validate(next: KubeObject): FieldError[] {
  const duration = at(next, 'spec', 'leaseDurationSeconds');
  const transitions = at(next, 'spec', 'leaseTransitions');
  return [
    ...(typeof duration === 'number' && duration <= 0
      ? [invalidValue('spec.leaseDurationSeconds', duration, 'must be greater than 0')]
      : []),
    ...(typeof transitions === 'number' && transitions < 0
      ? [invalidValue('spec.leaseTransitions', transitions, 'must be greater than or equal to 0')]
      : []),
  ];
}

export const leases: Resource = builtin({
  group: 'coordination.k8s.io',
  version: 'v1',
  plural: 'leases',
  kind: 'Lease',
  namespaced: true,
  createsOnUpdate: true,
  allowsUnconditionalUpdate: false,
  description: 'Lease defines a lease concept.',
  fields: {
    spec: {
      type: 'object',
      go: 'struct',
      properties: {
        holderIdentity: text,
        leaseDurationSeconds: number,
        acquireTime: time,
        renewTime: time,
        leaseTransitions: number,
        strategy: text,
        preferredHolder: text,
      },
    },
  },
  columns: [
    nameColumn,
    column('Holder', DESCRIPTIONS.leaseHolder, (object) => at(object, 'spec', 'holderIdentity') ?? ''),
    ageColumn,
  ],
  validate: ({ next }) => validate(next),
});
