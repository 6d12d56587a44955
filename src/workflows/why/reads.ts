/** A cache of what the gates look at, filled for one question: the reconcilers' gates read it as they read their own. */
import type { KindDef, KubeObject } from '../../api/kind.js';
import {
  BMC,
  BMCSecret,
  type BMCUser,
  Endpoint,
  Server,
  ServerBootConfiguration,
  ServerClaim,
} from '../../api/metal/v1alpha1/index.js';
import type { Cluster } from '../../ports/cluster.js';
import { reconcilers } from '../../reconcile/index.js';
import { Store } from '../../reconcile/runtime/store.js';

type Reading = Pick<Cluster, 'get' | 'list'>;

const emptyStore = (): Store => {
  const store = new Store();
  for (const { kind, name, values } of reconcilers.flatMap(({ indexes }) => indexes))
    store.addIndex(kind, name, values);
  return store;
};

/** A cache of objects that are known already: nothing is asked for. */
export function storeOf(groups: readonly { readonly kind: KindDef; readonly items: readonly KubeObject[] }[]): Store {
  const store = emptyStore();
  for (const { kind, items } of groups) for (const item of items) store.put(kind, item);
  return store;
}

/** All servers, and what stands beside one of them. */
export async function readAround(
  cluster: Reading,
  server: Server | undefined,
  signal: AbortSignal,
  known?: readonly Server[],
): Promise<Store> {
  const store = emptyStore();
  for (const item of known ?? (await cluster.list(Server, { signal })).items) store.put(Server, item);
  const { bmcRef, serverClaimRef, bootConfigurationRef } = server?.spec ?? {};
  await take(cluster, store, BMC, bmcRef && { name: bmcRef.name ?? '' }, signal);
  await take(cluster, store, ServerClaim, serverClaimRef && pick(serverClaimRef), signal);
  await take(cluster, store, ServerBootConfiguration, bootConfigurationRef && pick(bootConfigurationRef), signal);
  return store;
}

/** The server that names the claim, or the one it names, with what stands beside it; and the boot configuration of its name. */
export async function readAroundClaim(cluster: Reading, claim: ServerClaim, signal: AbortSignal): Promise<Store> {
  const { namespace = '', name } = claim.metadata;
  const servers = (await cluster.list(Server, { signal })).items;
  const named = servers.find(({ metadata }) => metadata.name === claim.spec?.serverRef?.name);
  const naming = servers.find(
    ({ spec }) => spec?.serverClaimRef?.namespace === namespace && spec.serverClaimRef.name === name,
  );
  const store = await readAround(cluster, naming ?? named, signal, servers);
  await take(cluster, store, ServerBootConfiguration, { namespace, name }, signal);
  return store;
}

/** What stands beside an Endpoint. */
export async function readBesideEndpoint(
  cluster: Reading,
  { metadata }: Endpoint,
  signal: AbortSignal,
): Promise<Store> {
  const store = emptyStore();
  await take(cluster, store, BMC, { name: metadata.name }, signal);
  return store;
}

/** What stands beside a BMC: its Secret, the Endpoints, and the other BMCs, one of which may have its address. */
export async function readBeside(cluster: Reading, bmc: BMC, signal: AbortSignal): Promise<Store> {
  const store = emptyStore();
  for (const kind of [BMC, Endpoint] as KindDef[])
    for (const item of (await cluster.list(kind, { signal })).items) store.put(kind, item);
  await take(cluster, store, BMCSecret, { name: bmc.spec?.bmcSecretRef.name ?? '' }, signal);
  return store;
}

/** What stands beside a BMCUser: its BMC, the Secret of that, and its own. */
export async function readAroundUser(cluster: Reading, { spec }: BMCUser, signal: AbortSignal): Promise<Store> {
  const store = emptyStore();
  const name = spec?.bmcRef?.name ?? '';
  await take(cluster, store, BMC, { name }, signal);
  const bmcSecret = store.get(BMC, { name })?.spec?.bmcSecretRef.name ?? '';
  for (const secret of [bmcSecret, spec?.bmcSecretRef?.name ?? ''])
    await take(cluster, store, BMCSecret, { name: secret }, signal);
  return store;
}

const pick = ({ namespace = '', name = '' }: { namespace?: string | undefined; name?: string | undefined }) => ({
  namespace,
  name,
});

async function take<T extends KubeObject>(
  cluster: Reading,
  store: Store,
  kind: KindDef<T>,
  key: { readonly namespace?: string; readonly name: string } | undefined,
  signal: AbortSignal,
): Promise<void> {
  if (key === undefined || key.name === '') return;
  const object = await cluster.get(kind, key, signal);
  if (object !== undefined) store.put(kind, object);
}
