/**
 * Admission of Endpoints: one Endpoint per MAC address.
 * *Source*: upstream's endpoint webhook compares the text, so `AA-BB…` passes beside `aa:bb…`, and two Endpoints
 * without a MAC are duplicates of each other. Here addresses are compared, and an absent one equals nothing.
 */
import { Endpoint } from '../metal/v1alpha1/endpoint.js';
import { normalisedMac } from './mac.js';
import type { AdmissionRule, FieldProblem, Validate } from './types.js';

const validate: Validate<Endpoint> = async (_operation, _before, after, reader) => {
  const mac = normalisedMac(after?.spec?.macAddress);
  if (after === undefined || mac === undefined) return [];
  const others = (await reader.list(Endpoint)).filter((other) => other.metadata.name !== after.metadata.name);
  return others.some((other) => normalisedMac(other.spec?.macAddress) === mac) ? [duplicate(after)] : [];
};

const duplicate = (endpoint: Endpoint): FieldProblem => ({
  path: 'spec.macAddress',
  type: 'Duplicate',
  message: `Duplicate value: ${JSON.stringify(endpoint.spec?.macAddress)}`,
});

export const endpointRule: AdmissionRule<Endpoint> = { kind: Endpoint, operations: ['CREATE', 'UPDATE'], validate };
