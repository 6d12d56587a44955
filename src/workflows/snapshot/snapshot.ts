/**
 * What a snapshot is: the objects of a cluster at a time, as `backup` takes them and `restore`, `inventory --diff` read
 * them. Values of secrets are apart from their objects, so that a snapshot can be kept without them.
 */
import type { KindDef, KubeObject, keyOf } from '../../api/kind.js';
import { Secret } from '../../api/kubernetes.js';
import { BMCSecret, metalKinds } from '../../api/metal/v1alpha1/index.js';
import type { Clock } from '../../ports/clock.js';
import type { Cluster } from '../../ports/cluster.js';
import { clusterUid, typed } from '../move/preflight.js';
import { type Item, itemId, selectItems } from '../move/select.js';

/** Where the values of secrets are: nowhere, in a part only the owner of a key can read, or, once read, here. */
export type SecretValues = 'leftOut' | 'encrypted' | 'included';

export interface About {
  readonly apiVersion: 'cli.metalctl.dev/v1';
  readonly kind: 'Snapshot';
  /** RFC 3339. */
  readonly takenAt: string;
  /** UID of the cluster's namespace `kube-system`. */
  readonly cluster: string;
  readonly selector?: string;
  readonly hasStatus: boolean;
  readonly secretValues: SecretValues;
  readonly objects: number;
}

/** `data` of each Secret and BMCSecret, by the object's id. */
export type Values = Readonly<Record<string, Readonly<Record<string, string>>>>;

export interface Snapshot {
  readonly about: About;
  /** Owners before what they own. Secrets are without their values. */
  readonly items: readonly Item[];
  /** Empty when they are left out, or could not be read. */
  readonly values: Values;
}

/** Kinds a snapshot may hold, by name. */
export const snapshotKinds: ReadonlyMap<string, KindDef> = new Map(
  [...metalKinds, Secret].map((kind) => [kind.kind, kind]),
);

export const isSecret = (kind: KindDef): boolean => kind === Secret || kind.kind === BMCSecret.kind;

export interface Wish {
  /** Servers with these labels, and what belongs to them. */
  readonly selector?: string | undefined;
  readonly hasStatus: boolean;
  /** Whether values of secrets are wanted at all. */
  readonly hasValues: boolean;
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

/** Reads a cluster. Nothing is written, and no BMC is asked. */
export async function takeSnapshot(cluster: Cluster, wish: Wish): Promise<Snapshot> {
  const { selector, hasStatus, hasValues, signal, clock } = wish;
  const found = await selectItems(cluster, { selector, signal });
  const items = found.map(({ kind, object }) => ({ kind, object: kept(kind, object, hasStatus) }));
  const about: About = {
    apiVersion: 'cli.metalctl.dev/v1',
    kind: 'Snapshot',
    takenAt: clock.now().toISOString(),
    cluster: await clusterUid(cluster, signal),
    ...(selector === undefined ? {} : { selector }),
    hasStatus,
    secretValues: hasValues ? 'encrypted' : 'leftOut',
    objects: items.length,
  };
  return { about, items, values: hasValues ? valuesOf(found) : {} };
}

const valuesOf = (items: readonly Item[]): Values =>
  Object.fromEntries(
    items
      .filter(({ kind }) => isSecret(kind))
      .map((item) => [itemId(item), (item.object as { data?: Record<string, string> }).data ?? {}]),
  );

/** kubectl apply keeps the whole manifest in it, passwords included. */
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** The object as it is kept: who wrote which field is of no use later, and a secret's values are kept apart. */
function kept(kind: KindDef, object: KubeObject, hasStatus: boolean): KubeObject {
  const {
    metadata,
    status,
    data,
    stringData: _,
    ...rest
  } = typed(kind, object) as KubeObject & Record<string, unknown>;
  const { managedFields: __, ...meta } = metadata as KubeObject['metadata'] & { managedFields?: unknown };
  const { [lastApplied]: ___, ...marks } = meta.annotations ?? {};
  const annotations = isSecret(kind) && meta.annotations !== undefined ? { annotations: marks } : {};
  return {
    ...rest,
    metadata: { ...meta, ...annotations },
    ...(isSecret(kind) || data === undefined ? {} : { data }),
    ...(hasStatus && status !== undefined ? { status } : {}),
  } as unknown as KubeObject;
}

/** A secret with its values again, where the snapshot has them. */
export function whole({ values }: Snapshot, item: Item): Item {
  const data = values[itemId(item)];
  if (data === undefined || !isSecret(item.kind)) return item;
  return { kind: item.kind, object: { ...item.object, data } as KubeObject };
}

/** `{ BMC: 41, Server: 41 }`, kinds in their order. */
export function countKinds(items: readonly Item[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { kind } of items) counts[kind.kind] = (counts[kind.kind] ?? 0) + 1;
  return counts;
}

/** The object of a snapshot by its kind and key. */
export const findItem = (items: readonly Item[], kind: KindDef, key: ReturnType<typeof keyOf>): Item | undefined =>
  items.find(
    ({ kind: other, object }) =>
      other.kind === kind.kind && object.metadata.name === key.name && object.metadata.namespace === key.namespace,
  );
