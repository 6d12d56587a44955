/** What moves: everything, or the servers chosen with all that belongs to them; owners before what they own. */
import { type KindDef, type KubeObject, keyOf, keyText } from '../../api/kind.js';
import { Secret } from '../../api/kubernetes.js';
import {
  BMC,
  BMCSecret,
  BMCUser,
  Endpoint,
  Server,
  ServerBootConfiguration,
  ServerClaim,
  ServerReadinessRule,
} from '../../api/metal/v1alpha1/index.js';
import { isMetalError } from '../../errors/classes.js';
import type { ClusterReads } from '../../ports/cluster.js';

export interface Item {
  readonly kind: KindDef;
  readonly object: KubeObject;
}

export interface Choice {
  /** Servers with these labels, and what belongs to them. */
  readonly selector?: string | undefined;
  /** Claims of this namespace, and their servers. */
  readonly namespace?: string | undefined;
  readonly signal: AbortSignal;
}

/** Only orders what ownership leaves open. */
const order: readonly KindDef[] = [
  BMCSecret,
  Endpoint,
  BMC,
  BMCUser,
  ServerReadinessRule,
  ServerClaim,
  Secret,
  ServerBootConfiguration,
  Server,
];

export const idOf = (kind: KindDef, key: { namespace?: string; name: string }): string =>
  `${kind.kind}/${keyText(key)}`;
export const itemId = ({ kind, object }: Item): string => idOf(kind, keyOf(object));

/** Reads the source and chooses. A kind it does not serve has nothing to move. */
export async function selectItems(cluster: ClusterReads, choice: Choice): Promise<Item[]> {
  const everything = new Map<string, Item>();
  for (const kind of order.filter((each) => each !== Secret))
    for (const object of await listed(cluster, kind, choice.signal))
      everything.set(idOf(kind, keyOf(object)), { kind, object });
  const chosen = await withOthers(cluster, everything, choice);
  const items = new Map(chosen.map((item) => [itemId(item), item]));
  for (const secret of await secretsOf(cluster, chosen, choice.signal)) items.set(itemId(secret), secret);
  return ownersFirst([...items.values()]);
}

/** All of a kind; none where it is not served. */
export async function listed(
  cluster: ClusterReads,
  kind: KindDef,
  signal: AbortSignal,
): Promise<readonly KubeObject[]> {
  try {
    return (await cluster.list(kind, { signal })).items;
  } catch (error) {
    if (isMetalError(error) && error.code === 'CRD_MISSING') return [];
    throw error;
  }
}

/** The roots, and everything that refers to them or that they refer to; a pair is never torn apart. */
async function withOthers(
  cluster: ClusterReads,
  everything: ReadonlyMap<string, Item>,
  { selector, namespace, signal }: Choice,
): Promise<Item[]> {
  if (selector === undefined && namespace === undefined) return [...everything.values()];
  const open: string[] = [];
  if (selector !== undefined)
    for (const { metadata } of (await cluster.list(Server, { labelSelector: selector, signal })).items)
      open.push(idOf(Server, metadata));
  if (namespace !== undefined)
    for (const { kind, object } of everything.values())
      if (kind === ServerClaim && object.metadata.namespace === namespace) open.push(idOf(kind, keyOf(object)));
  const links = linksOf(everything);
  const chosen = new Set<string>();
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (chosen.has(id) || !everything.has(id)) continue;
    chosen.add(id);
    open.push(...(links.get(id) ?? []));
  }
  return [...chosen].flatMap((id) => everything.get(id) ?? []);
}

/** References between objects, in both directions but for credentials. */
function linksOf(everything: ReadonlyMap<string, Item>): Map<string, string[]> {
  const links = new Map<string, string[]>();
  const join = (a: string, b: string): void => {
    links.set(a, [...(links.get(a) ?? []), b]);
    // A credential that many BMCs share comes along, and does not pull all of them after it.
    if (!b.startsWith(`${BMCSecret.kind}/`)) links.set(b, [...(links.get(b) ?? []), a]);
  };
  for (const [id, item] of everything) for (const other of refsOf(item)) join(id, other);
  return links;
}

/** What an object names. */
function refsOf({ kind, object }: Item): string[] {
  const spec = (object as { spec?: Record<string, { namespace?: string; name?: string } | undefined> }).spec ?? {};
  const { namespace } = object.metadata;
  const ref = (target: KindDef, field: string, inside?: string): string[] => {
    const { name, namespace: stated } = spec[field] ?? {};
    if (!name) return [];
    return [idOf(target, target.scope === 'Cluster' ? { name } : { namespace: stated ?? inside ?? '', name })];
  };
  if (kind === BMC) return [...ref(BMCSecret, 'bmcSecretRef'), ...ref(Endpoint, 'endpointRef')];
  if (kind === BMCUser) return [...ref(BMC, 'bmcRef'), ...ref(BMCSecret, 'bmcSecretRef')];
  if (kind === Server)
    return [
      ...ref(BMC, 'bmcRef'),
      ...ref(ServerClaim, 'serverClaimRef'),
      ...ref(ServerBootConfiguration, 'bootConfigurationRef'),
      ...inlineSecret(spec),
    ];
  if (kind === ServerClaim) return ref(Server, 'serverRef');
  return kind === ServerBootConfiguration ? ref(Server, 'serverRef', namespace) : [];
}

function inlineSecret(spec: Record<string, unknown>): string[] {
  const name = (spec.bmc as { bmcSecretRef?: { name?: string } } | undefined)?.bmcSecretRef?.name;
  return name ? [idOf(BMCSecret, { name })] : [];
}

/** Secrets by name, as the objects name them: nobody needs the right to list Secrets. */
async function secretsOf(cluster: ClusterReads, items: readonly Item[], signal: AbortSignal): Promise<Item[]> {
  const keys = new Map<string, { namespace: string; name: string }>();
  for (const { kind, object } of items) {
    const { namespace = '', name: own } = object.metadata;
    const { ignitionSecretRef, userDataRef } =
      (object as { spec?: Record<'ignitionSecretRef' | 'userDataRef', { name?: string } | undefined> }).spec ?? {};
    const names =
      kind === ServerClaim || kind === ServerBootConfiguration ? [ignitionSecretRef?.name, userDataRef?.name] : [];
    if (kind === ServerBootConfiguration) names.push(`${own}-ssh`);
    for (const name of names) if (name) keys.set(`${namespace}/${name}`, { namespace, name });
  }
  const found: Item[] = [];
  for (const key of keys.values()) {
    const object = await cluster.get(Secret, key, signal);
    if (object !== undefined) found.push({ kind: Secret, object: { ...object, apiVersion: 'v1', kind: 'Secret' } });
  }
  return found;
}

/** Owners come first: an object with an owner that is not there yet would be collected at once. */
export function ownersFirst(items: readonly Item[]): Item[] {
  const byUid = new Map(items.map((item) => [item.object.metadata.uid ?? '', item]));
  const rank = (item: Item): number => order.indexOf(item.kind);
  const sorted = [...items].sort((a, b) => rank(a) - rank(b) || (itemId(a) < itemId(b) ? -1 : 1));
  const done = new Set<Item>();
  const visit = (item: Item): void => {
    if (done.has(item)) return;
    done.add(item);
    for (const { uid } of item.object.metadata.ownerReferences ?? []) {
      const owner = byUid.get(uid);
      if (owner !== undefined) visit(owner);
    }
    result.push(item);
  };
  const result: Item[] = [];
  for (const item of sorted) visit(item);
  return result;
}
