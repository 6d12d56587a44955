/** Endpoint: the network access of a BMC as an object of its own. Deprecated upstream in favour of BMC.spec.access. */
import { z } from 'zod';
import { AGE, DATE, defineKind } from '../../define-kind.js';
import type { ObjectOf } from '../../kind.js';
import { metalGroup } from './group.js';

export const EndpointSpec = z
  .object({
    macAddress: z.string().optional().describe('MAC address of the out-of-band network interface.'),
    ip: z.string().optional().describe('IP address, v4 or v6.'),
  })
  .describe('Network access of a BMC.');

export const EndpointStatus = z.object({}).describe('Nothing is observed about an Endpoint.');

/** Endpoint (`mep`), cluster-scoped, deprecated. */
export const Endpoint = defineKind({
  ...metalGroup,
  kind: 'Endpoint',
  plural: 'endpoints',
  shortNames: ['mep'],
  scope: 'Cluster',
  summary: 'Endpoint is the network access of a BMC. Deprecated: write it inline, in BMC.spec.access.',
  spec: EndpointSpec,
  status: EndpointStatus,
  columns: [
    ['MACAddress', '.spec.macAddress'],
    ['IP', '.spec.ip'],
    ['Age', AGE, DATE],
  ],
  deprecated:
    'metal.ironcore.dev/v1alpha1 Endpoints are deprecated; specify the network access inline via BMC.spec.access (an InlineEndpoint with macAddress and ip) instead',
});
export type Endpoint = ObjectOf<typeof Endpoint>;
