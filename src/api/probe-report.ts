/**
 * Schema of the `data` member of a registration, as upstream's probe and ours write it: every member may be absent,
 * lists may be `null` (Go's nil slice), wrong types are refused as upstream's decoder refuses them.
 */
import * as z from 'zod';

const text = z.string().max(65_536).nullish();
const flag = z.boolean().nullish();
const number = z.number().nullish();
const texts = z.array(z.string().max(65_536)).max(4_096).nullish();
const list = <T extends z.ZodType>(entry: T) => z.array(entry).max(4_096).nullish();
const named = <const K extends string>(...names: readonly K[]) =>
  z.object(Object.fromEntries(names.map((name) => [name, text])) as Record<K, typeof text>);

const neighbor = named(
  'chassisId',
  'portId',
  'portDescription',
  'systemName',
  'systemDescription',
  'mgmtIp',
  'vlanId',
).extend({ capabilities: texts });

/** Unknown members are dropped, as upstream's types drop them. */
export const reportSchema = z.object({
  timestamp: text,
  systemInfo: z
    .object({
      biosInformation: named('vendor', 'version', 'date').nullish(),
      systemInformation: named(
        'manufacturer',
        'productName',
        'version',
        'serialNumber',
        'uuid',
        'skuNumber',
        'family',
      ).nullish(),
      boardInformation: named('manufacturer', 'product', 'version', 'serialNumber', 'assetTag').nullish(),
    })
    .nullish(),
  cpu: list(
    named('vendor', 'model').extend({
      id: number,
      totalCores: number,
      totalHardwareThreads: number,
      capabilities: texts,
    }),
  ),
  networkInterfaces: list(named('name', 'ipAddress', 'macAddress', 'carrierStatus').extend({ ipAddresses: texts })),
  lldp: list(named('name').extend({ neighbors: list(neighbor) })),
  storage: list(
    named('path', 'name', 'vendor', 'model', 'serial', 'wwid').extend({
      rotational: flag,
      removable: flag,
      readOnly: flag,
      physicalBlockSize: number,
      logicalBlockSize: number,
      hWSectorSize: number,
      sizeBytes: number,
      numaNodeID: number,
    }),
  ),
  memory: list(
    named(
      'deviceSet',
      'deviceLocator',
      'bankLocator',
      'memoryType',
      'speed',
      'vendor',
      'serialNumber',
      'assetTag',
      'partNumber',
      'configuredMemorySpeed',
      'minimumVoltage',
      'maximumVoltage',
      'configuredVoltage',
    ).extend({ size: number }),
  ),
  nics: list(
    named('name', 'mac', 'pciAddress', 'speed', 'firmwareVersion').extend({ linkModes: texts, supportedPorts: texts }),
  ),
  pciDevices: list(named('address', 'vendor', 'vendorID', 'product', 'productID').extend({ numaNodeID: number })),
  /** Ours: upstream's probe sends none. */
  extensions: z.object({ memoryTotalBytes: number }).nullish(),
});

/** What is wrong with it, by its path; undefined for a report. */
export function problemOf(data: unknown): string | undefined {
  const read = readReport(data);
  return 'problem' in read ? read.problem : undefined;
}

/** The report, with known members alone; or what is wrong with it, by its path. */
export function readReport(data: unknown): { readonly data: object } | { readonly problem: string } {
  const parsed = reportSchema.safeParse(data);
  if (parsed.success) return { data: parsed.data };
  const issue = parsed.error.issues[0];
  return { problem: `${issue?.path.join('.') || 'data'}: ${issue?.message}` };
}

/** Names of every member at any depth: each is spelled in one way only. */
export const reportNames: readonly string[] = [...new Set(membersOf(reportSchema))];

function membersOf(schema: unknown): string[] {
  if (schema instanceof z.ZodObject)
    return Object.entries(schema.shape).flatMap(([name, member]) => [name, ...membersOf(member)]);
  if (schema instanceof z.ZodArray) return membersOf(schema.element);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) return membersOf(schema.unwrap());
  return [];
}
