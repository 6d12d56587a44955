/**
 * The last report of a machine, kept beside its Server: processors, memory, disks and cards as the machine itself saw
 * them, which the status has no place for. Upstream forgets them with the discovery.
 */
import { ConfigMap } from '../../api/kubernetes.js';
import type { ProbeReport } from '../../ports/probes.js';
import { apply, type Effect, record } from '../effects.js';
import { ownerOf } from './discovery-boot.js';
import type { ServerInput } from './reader.js';

const file = 'inventory.json';
/** Longest text kept for one server; an object of etcd has 1.5 MiB. */
const limitBytes = 262_144;
/** What is left out when it is too long, in this order: first what is longest and asked for least. */
const dispensable = ['pciDevices', 'extensions', 'lldp', 'nics', 'storage', 'memory', 'cpu', 'networkInterfaces'];

/** ConfigMap `<server>-inventory` with the report as `inventory.json`; it goes with the Server. Kept once, also after a kill. */
export async function keepReport({ data }: ProbeReport, { server, read, settings }: ServerInput): Promise<Effect[]> {
  const text = settings.persistInventory ? fitting(data) : undefined;
  if (text === undefined) return [];
  const key = { name: `${server.metadata.name}-inventory`, namespace: settings.managerNamespace };
  if ((await read.fresh(ConfigMap, key))?.data?.[file] === text) return [];
  const metadata = { ...key, ownerReferences: [ownerOf(server)] };
  const object: ConfigMap = { apiVersion: 'v1', kind: ConfigMap.kind, metadata, data: { [file]: text } };
  return [record(apply(ConfigMap, object))];
}

function fitting(data: unknown): string | undefined {
  const left: Record<string, unknown> = { ...(data as Record<string, unknown>) };
  for (const part of [undefined, ...dispensable]) {
    if (part !== undefined) delete left[part];
    const text = JSON.stringify(left);
    if (Buffer.byteLength(text) <= limitBytes) return text;
  }
  return undefined;
}
