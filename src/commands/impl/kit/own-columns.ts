/** The columns of the kinds people look at daily, and of the built-in kinds metalctl touches. */
import type { KindDef, KubeObject } from '../../../api/kind.js';
import { CustomResourceDefinition, type EventObject } from '../../../api/kubernetes.js';
import type { BMC } from '../../../api/metal/v1alpha1/bmc.js';
import { labels } from '../../../api/metal/v1alpha1/constants.js';
import type { Server } from '../../../api/metal/v1alpha1/server.js';
import { isMetalError } from '../../../errors/classes.js';
import type { Cluster } from '../../../ports/cluster.js';
import { coresOf, whereOf } from '../../../workflows/claim/requirements.js';
import { vendorName } from '../../../workflows/vendor-name.js';
import {
  age,
  ageColumn,
  ageText,
  declaredColumns,
  leading,
  nameColumn,
  namespaceColumn,
  type ObjectColumn,
  pathColumn,
} from './columns.js';
import { bmcKind } from './kinds.js';

const wide = { wide: true } as const;

const computed = (
  header: string,
  value: (object: KubeObject) => string,
  more: Partial<ObjectColumn> = {},
): ObjectColumn => ({ header, value, ...more });

/** `ns/name` of the claim that holds a server; empty when free. */
export function claimOf({ spec }: Server): string {
  const ref = spec?.serverClaimRef;
  return ref === undefined ? '' : `${ref.namespace}/${ref.name}`;
}

/** @param ips addresses of BMCs by their names, for the wide form */
const serverColumns = (ips: ReadonlyMap<string, string>): readonly ObjectColumn[] => [
  nameColumn,
  pathColumn('STATE', '.status.state', { isState: true }),
  pathColumn('POWER', '.status.powerState'),
  computed('VENDOR', (object) => vendorName((object as Server).status?.manufacturer), { drop: 3 }),
  pathColumn('MODEL', '.status.model', { drop: 4 }),
  computed('CORES', (object) => String(coresOf(object as Server) || ''), { align: 'right', drop: 6 }),
  pathColumn('MEMORY', '.status.totalSystemMemory', { align: 'right', drop: 5 }),
  computed('CLAIM', (object) => claimOf(object as Server), { drop: 1 }),
  computed('WHERE', (object) => whereOf(object as Server), { drop: 2 }),
  { ...age, drop: 7 },
  pathColumn('UUID', '.spec.systemUUID', wide),
  pathColumn('SKU', '.status.sku', wide),
  pathColumn('SERIAL', '.status.serialNumber', wide),
  pathColumn('BIOS', '.status.biosVersion', wide),
  pathColumn('BMC', '.spec.bmcRef.name', wide),
  computed('IP', (object) => ips.get((object as Server).spec?.bmcRef?.name ?? '') ?? '', wide),
  pathColumn('LED', '.status.indicatorLED', wide),
  computed('CORDONED', (object) => String((object as Server).spec?.unclaimable === true), wide),
  computed('TAINTS', (object) => ((object as Server).spec?.taints ?? []).map(({ key }) => key).join(','), wide),
  pathColumn('BOOTCFG', '.spec.bootConfigurationRef.name', wide),
];

const claimColumns: readonly ObjectColumn[] = [
  namespaceColumn,
  nameColumn,
  pathColumn('PHASE', '.status.phase', { isState: true }),
  pathColumn('SERVER', '.spec.serverRef.name'),
  pathColumn('IMAGE', '.spec.image', { drop: 3 }),
  pathColumn('IGNITION', '.spec.ignitionSecretRef.name', { drop: 4 }),
  pathColumn('POWER', '.spec.power', { drop: 2 }),
  computed(
    'APPROVAL',
    ({ metadata }) =>
      labels.maintenanceApproved in (metadata.labels ?? {})
        ? 'given'
        : labels.maintenanceNeeded in (metadata.labels ?? {})
          ? 'needed'
          : '',
    { drop: 5 },
  ),
  age,
];

const bmcColumns: readonly ObjectColumn[] = [
  nameColumn,
  pathColumn('STATE', '.status.state', { isState: true }),
  pathColumn('IP', '.status.ip'),
  pathColumn('MAC', '.status.macAddress', { drop: 3 }),
  computed('VENDOR', (object) => vendorName((object as BMC).status?.manufacturer), { drop: 1 }),
  pathColumn('MODEL', '.status.model', { drop: 4 }),
  pathColumn('FIRMWARE', '.status.firmwareVersion', { drop: 2 }),
  pathColumn('POWER', '.status.powerState', { drop: 5 }),
  ageColumn('LASTRESET', '.status.lastResetTime', { drop: 6 }),
  { ...age, drop: 7 },
];

const countOf =
  (member: string) =>
  (object: KubeObject): string =>
    String(Object.keys(((object as unknown as Record<string, unknown>)[member] as object | undefined) ?? {}).length);

/** When an event was last seen, in either API's fields. */
export const lastSeen = (event: EventObject): string | undefined =>
  event.series?.lastObservedTime ??
  event.eventTime ??
  (event as unknown as { lastTimestamp?: string }).lastTimestamp ??
  event.metadata.creationTimestamp;

const eventColumns: readonly ObjectColumn[] = [
  namespaceColumn,
  { header: 'LAST SEEN', value: (object, times) => ageText(lastSeen(object as EventObject), times) },
  pathColumn('TYPE', '.type'),
  pathColumn('REASON', '.reason'),
  computed('OBJECT', (object) => {
    const { regarding } = object as EventObject;
    return regarding === undefined ? '' : `${(regarding.kind ?? '').toLowerCase()}/${regarding.name ?? ''}`;
  }),
  pathColumn('MESSAGE', '.note'),
];

const builtin: Readonly<Record<string, readonly ObjectColumn[]>> = {
  Namespace: [nameColumn, pathColumn('STATUS', '.status.phase'), age],
  Secret: [
    namespaceColumn,
    nameColumn,
    pathColumn('TYPE', '.type'),
    computed('DATA', countOf('data'), { align: 'right' }),
    age,
  ],
  ConfigMap: [namespaceColumn, nameColumn, computed('DATA', countOf('data'), { align: 'right' }), age],
  Lease: [namespaceColumn, nameColumn, pathColumn('HOLDER', '.spec.holderIdentity'), age],
  Event: eventColumns,
  CustomResourceDefinition: [nameColumn, ageColumn('CREATED', '.metadata.creationTimestamp')],
};

export interface ColumnWish {
  /** `-o crd`: only what the CRD declares. */
  readonly declaredOnly: boolean;
  /** Whether wide columns will be shown: some need another request. */
  readonly isWide: boolean;
  readonly signal: AbortSignal;
}

/** Columns of a kind: our own, else the built-in's, else what its CRD declares, else name and age. */
export async function columnsOf(cluster: Cluster, kind: KindDef, wish: ColumnWish): Promise<readonly ObjectColumn[]> {
  const isOurs = kind.group === 'metal.ironcore.dev' && !wish.declaredOnly;
  if (isOurs && kind.kind === 'Server')
    return serverColumns(wish.isWide ? await bmcAddresses(cluster, wish.signal) : new Map());
  if (isOurs && kind.kind === 'ServerClaim') return claimColumns;
  if (isOurs && kind.kind === 'BMC') return bmcColumns;
  const own = kind.group.includes('.') && !kind.group.endsWith('.k8s.io') ? undefined : builtin[kind.kind];
  return own ?? crdColumns(cluster, kind, wish.signal);
}

/** Not being allowed to read CRDs costs columns, not the command. */
async function crdColumns(cluster: Cluster, kind: KindDef, signal: AbortSignal): Promise<readonly ObjectColumn[]> {
  if (kind.group === '') return [...leading(kind), age];
  try {
    const crd = await cluster.get(CustomResourceDefinition, { name: `${kind.plural}.${kind.group}` }, signal);
    const version = crd?.spec.versions.find((each) => each.name === kind.version);
    const columns = (version?.additionalPrinterColumns ?? []).map(({ type, ...column }) => ({
      ...column,
      type: type as 'string',
    }));
    return declaredColumns(kind, columns);
  } catch (error) {
    if (isMetalError(error) && error.code === 'API_FORBIDDEN') return [...leading(kind), age];
    throw error;
  }
}

async function bmcAddresses(cluster: Cluster, signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
  try {
    const { items } = await cluster.list(bmcKind, { signal });
    return new Map(items.map(({ metadata, status, spec }) => [metadata.name, status?.ip ?? spec?.access?.ip ?? '']));
  } catch (error) {
    if (isMetalError(error)) return new Map();
    throw error;
  }
}
