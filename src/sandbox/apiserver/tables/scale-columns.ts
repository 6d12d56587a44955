/** The columns of `autoscaling/v1 Scale`. */
import { at } from '../types.js';
import { ageColumn, column, nameColumn } from './columns.js';

const integer = { type: 'integer' };

export const scaleColumns = [
  nameColumn,
  column('Desired', 'Number of desired replicas', (object) => at(object, 'spec', 'replicas') ?? 0, integer),
  column('Available', 'Number of actual replicas', (object) => at(object, 'status', 'replicas') ?? 0, integer),
  { ...ageColumn, type: 'date' },
];
