/** The BMCs and Servers a cluster knows, indexed the ways a finding is looked up: by address, by UUID. */
import { BMC } from '../../api/metal/v1alpha1/bmc.js';
import { ownAnnotations } from '../../api/metal/v1alpha1/constants.js';
import { Endpoint } from '../../api/metal/v1alpha1/endpoint.js';
import { Server } from '../../api/metal/v1alpha1/server.js';
import { sameHost } from '../../lib/ip.js';
import type { ClusterReads } from '../../ports/cluster.js';

export interface KnownBmc {
  readonly name: string;
  readonly address?: string;
  readonly port: number;
  readonly pin?: string;
  readonly secretName: string;
  /** Version of the credential it refused; see `BmcAccess.credentialVersion`. */
  readonly refused?: string;
  /** UUIDs of its Servers, lower-case. */
  readonly systemUUIDs: readonly string[];
}

/** The cluster as one moment showed it. */
export interface KnownInventory {
  readonly bmcs: readonly KnownBmc[];
  atAddress(address: string, port: number): readonly KnownBmc[];
  withSystem(uuid: string): readonly KnownBmc[];
}

/** Reads BMCs, Servers and, where BMCs refer to them, Endpoints. */
export async function readInventory(cluster: ClusterReads, signal?: AbortSignal): Promise<KnownInventory> {
  const options = signal ? { signal } : {};
  const [bmcs, servers] = await Promise.all([cluster.list(BMC, options), cluster.list(Server, options)]);
  const needsEndpoints = bmcs.items.some((bmc) => bmc.spec?.endpointRef !== undefined);
  const endpoints = needsEndpoints ? (await cluster.list(Endpoint, options)).items : [];
  return inventoryOf(bmcs.items, servers.items, endpoints);
}

/** Makes the index; pure. */
function inventoryOf(
  bmcs: readonly BMC[],
  servers: readonly Server[],
  endpoints: readonly Endpoint[] = [],
): KnownInventory {
  const uuids = groupBy(servers, (server) => server.spec?.bmcRef?.name);
  const ips = new Map(endpoints.map((endpoint) => [endpoint.metadata.name, endpoint.spec?.ip]));
  const known = bmcs.map((bmc) => toKnown(bmc, ips, uuids.get(bmc.metadata.name) ?? []));
  const byAddress = groupBy(known, ({ address, port }) => address && `${address} ${port}`);
  const byUUID = groupBy(
    known.flatMap((bmc) => bmc.systemUUIDs.map((uuid) => ({ uuid, bmc }))),
    ({ uuid }) => uuid,
  );
  return {
    bmcs: known,
    atAddress: (address, port) => byAddress.get(`${sameHost(address)} ${port}`) ?? [],
    withSystem: (uuid) => (byUUID.get(uuid.toLowerCase()) ?? []).map(({ bmc }) => bmc),
  };
}

function toKnown(bmc: BMC, ips: ReadonlyMap<string, string | undefined>, servers: readonly Server[]): KnownBmc {
  const { access, endpointRef, protocol, bmcSecretRef } = bmc.spec ?? {};
  const text = access?.ip ?? ips.get(endpointRef?.name ?? '') ?? bmc.status?.ip;
  const address = text && sameHost(text);
  const pin = bmc.metadata.annotations?.[ownAnnotations.tlsPin];
  const refused = bmc.metadata.annotations?.[ownAnnotations.credentialsRefused];
  return {
    name: bmc.metadata.name,
    ...(address ? { address } : {}),
    port: protocol?.port ?? 443,
    ...(pin ? { pin } : {}),
    ...(refused ? { refused } : {}),
    secretName: bmcSecretRef?.name ?? '',
    systemUUIDs: servers.flatMap((server) => server.spec?.systemUUID?.toLowerCase() ?? []),
  };
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string | undefined): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    if (key) groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return groups;
}
