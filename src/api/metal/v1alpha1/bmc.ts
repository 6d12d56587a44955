/** BMC: a baseboard management controller, how it is reached and what it says about itself. */
import { z } from 'zod';
import { AGE, DATE, defineKind, WIDE } from '../../define-kind.js';
import { Conditions, cel, immutable, LocalRef, macPattern, open, Protocol, serverDefault, Time } from '../../fields.js';
import type { ObjectOf } from '../../kind.js';
import type { PowerState } from './constants.js';
import { metalGroup } from './group.js';

const InlineAccess = z.object({
  macAddress: z.string().optional().describe('MAC address of the out-of-band network interface.'),
  ip: z.string().optional().describe('IP address, v4 or v6.'),
});

const ConsoleProtocol = z.object({
  name: z.enum(['IPMI', 'SSH', 'SSHLenovo']).describe('Protocol of the serial console.'),
  port: z.int32().describe('Port of the serial console.'),
});

export const BMCSpec = z
  .object({
    access: InlineAccess.optional().meta({ ...immutable('access'), description: 'Network access, written inline.' }),
    endpointRef: LocalRef.optional().meta({
      ...immutable('endpointRef'),
      description: 'Endpoint that holds the network access. Deprecated: use access.',
    }),
    bmcSecretRef: LocalRef.describe('BMCSecret with the credentials.'),
    bmcUUID: z.string().optional().describe('UUID of the Redfish Manager; empty takes the first of the collection.'),
    protocol: Protocol.describe('How to speak to the BMC.'),
    consoleProtocol: ConsoleProtocol.optional().describe('How to reach the serial console. Informational.'),
    hostname: z.string().optional().describe('Host name, used in DNS records.'),
  })
  .meta({
    ...cel({
      rule: 'has(self.access) != has(self.endpointRef)',
      message: 'exactly one of access or endpointRef needs to be set',
    }),
    description: 'How the BMC is reached.',
  });

export const BMCStatus = z
  .object({
    macAddress: z.string().regex(macPattern).optional().describe('MAC address in use.'),
    ip: z.string().optional().describe('IP address in use.'),
    manufacturer: z.string().optional().describe('Manufacturer of the BMC.'),
    model: z.string().optional().describe('Model of the BMC.'),
    sku: z.string().optional().describe('Part number of the BMC.'),
    serialNumber: z.string().optional().describe('Serial number of the BMC.'),
    firmwareVersion: z.string().optional().describe('Firmware the BMC runs.'),
    state: serverDefault(open<'Enabled' | 'Pending' | 'Error'>(), 'Pending').describe(
      'Enabled when usable, Pending until read or while resetting, Error when it cannot be used.',
    ),
    powerState: open<PowerState>().optional().describe('Power state of the BMC.'),
    lastResetTime: Time.optional().describe('When the BMC was last reset.'),
    metricsReportSubscriptionLink: z.string().optional().describe('Redfish subscription for metric reports.'),
    eventsSubscriptionLink: z.string().optional().describe('Redfish subscription for events.'),
    conditions: Conditions.optional().describe('Observations about the BMC.'),
  })
  .describe('What the BMC says about itself.');

/** BMC, cluster-scoped. */
export const BMC = defineKind({
  ...metalGroup,
  kind: 'BMC',
  plural: 'bmcs',
  scope: 'Cluster',
  summary: 'BMC is a baseboard management controller: how it is reached and what it says about itself.',
  spec: BMCSpec,
  status: BMCStatus,
  columns: [
    ['MACAddress', '.status.macAddress'],
    ['IP', '.status.ip'],
    ['Model', '.status.model'],
    ['SKU', '.status.sku', WIDE],
    ['SerialNumber', '.status.serialNumber', WIDE],
    ['FirmwareVersion', '.status.firmwareVersion', WIDE],
    ['State', '.status.state'],
    ['PowerState', '.status.powerState'],
    ['Age', AGE, DATE],
  ],
});
export type BMC = ObjectOf<typeof BMC>;
