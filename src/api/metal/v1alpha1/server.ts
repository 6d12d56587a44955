/**
 * Server: one physical machine. The union of upstream's two lines: the fields of v0.7.0 marked below hold
 * ServerMaintenance, everything else is upstream's present schema.
 */
import { z } from 'zod';
import { AGE, DATE, defineKind, WIDE } from '../../define-kind.js';
import { cel, LocalRef, ObjectRef, open, Protocol, serverDefault, Taint } from '../../fields.js';
import type { ObjectOf } from '../../kind.js';
import type { IndicatorLED, PowerState } from './constants.js';
import { metalGroup } from './group.js';
import { ServerStatus } from './server-status.js';

const fixed = cel({ rule: 'self == oldSelf' });

/** Binding to a claim: can be set and removed, not changed in place. */
const ClaimRef = z.object({
  namespace: z
    .string()
    .max(63)
    .meta({ ...fixed, description: 'Namespace of the claim.' }),
  name: z
    .string()
    .max(253)
    .meta({ ...fixed, description: 'Name of the claim.' }),
});

const InlineBMC = z.object({
  protocol: Protocol.describe('How to speak to the BMC.'),
  address: z.string().describe('Address of the BMC.'),
  bmcSecretRef: LocalRef.describe('BMCSecret with the credentials.'),
});

const BootOrderEntry = z
  .object({
    name: z.string().describe('Name of the entry.'),
    // A Go int: upstream's schema gives it no format.
    priority: z.int().meta({ format: 'none', description: 'Lower boots first.' }),
    device: z.string().describe('Redfish boot option reference.'),
  })
  .describe('One entry of the boot order.');

export const ServerSpec = z
  .object({
    systemUUID: z.string().describe('UUID of the ComputerSystem, as Redfish reports it, in lower case.'),
    systemURI: z.string().optional().describe('URI of the ComputerSystem. Filled in by the operator.'),
    power: open<PowerState>().optional().describe('Deprecated and not acted on: the claim says what power it wants.'),
    indicatorLED: open<IndicatorLED>().optional().describe('Indicator LED as it should be.'),
    reclaimPolicy: serverDefault(z.enum(['Recycle', 'Retain']), 'Recycle').describe(
      'What happens when the claim is gone: Recycle offers the Server again, Retain waits until serverClaimRef is removed.',
    ),
    serverClaimRef: ClaimRef.optional().describe('ServerClaim that holds this Server.'),
    bmcRef: LocalRef.optional().describe('BMC of this Server.'),
    bmc: InlineBMC.optional().describe('BMC written inline; bmcRef takes precedence.'),
    bootConfigurationRef: ObjectRef.optional().describe('ServerBootConfiguration in force.'),
    bootOrder: z.array(BootOrderEntry).optional().describe('Persistent boot order.'),
    taints: z.array(Taint).optional().describe('Marks that keep claims away which do not tolerate them.'),
    unclaimable: serverDefault(z.boolean(), false).describe('Keeps new claims off; bound claims stay bound.'),
    serverMaintenanceRef: ObjectRef.optional().describe('ServerMaintenance that holds this Server.'),
    biosSettingsRef: LocalRef.optional().describe('Deprecated and not read: BIOS settings name their Server.'),
    maintenanceBootConfigurationRef: ObjectRef.optional().describe('ServerBootConfiguration used during maintenance.'),
  })
  .describe('The machine as it should be.');

/** Server (`srv`), cluster-scoped. */
export const Server = defineKind({
  ...metalGroup,
  kind: 'Server',
  plural: 'servers',
  shortNames: ['srv'],
  scope: 'Cluster',
  summary: 'Server is one physical machine, from its discovery to its release.',
  spec: ServerSpec,
  status: ServerStatus,
  columns: [
    ['SystemUUID', '.spec.systemUUID'],
    ['Manufacturer', '.status.manufacturer'],
    ['Model', '.status.model'],
    ['Memory', '.status.totalSystemMemory'],
    ['SKU', '.status.sku', WIDE],
    ['SerialNumber', '.status.serialNumber', WIDE],
    ['PowerState', '.status.powerState'],
    ['IndicatorLED', '.status.indicatorLED', WIDE],
    ['State', '.status.state'],
    ['Unclaimable', '.spec.unclaimable', { ...WIDE, type: 'boolean' }],
    ['Age', AGE, DATE],
  ],
});
export type Server = ObjectOf<typeof Server>;
export type ServerSpec = z.infer<typeof ServerSpec>;
