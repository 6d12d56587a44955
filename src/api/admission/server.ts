/**
 * Admission of Servers: none is deleted from under its maintenance.
 * *Source*: upstream v0.7.0's server webhook; its later line has no Maintenance state and allows every delete.
 */
import { annotations, operations } from '../metal/v1alpha1/constants.js';
import { Server } from '../metal/v1alpha1/server.js';
import type { AdmissionRule, Validate } from './types.js';

const validate: Validate<Server> = async (operation, before) => {
  if (operation !== 'DELETE' || before?.status?.state !== 'Maintenance') return [];
  if (before.metadata.annotations?.[annotations.operation] === operations.allowInProgressDelete) return [];
  const message = `cannot delete Server ${before.metadata.name} in state Maintenance`;
  return [{ path: 'status.state', type: 'Forbidden', message }];
};

export const serverRule: AdmissionRule<Server> = { kind: Server, operations: ['DELETE'], validate };
