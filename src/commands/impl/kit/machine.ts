/** The machine behind a Server object: its BMC, opened with the credentials the objects name, and its system there. */
import type { Key, KubeObject } from '../../../api/kind.js';
import type { Server } from '../../../api/metal/v1alpha1/server.js';
import { kindNames } from '../../../api/names.js';
import { PermanentError } from '../../../errors/classes.js';
import type { Bmc, SystemInfo } from '../../../ports/bmc.js';
import type { Cluster } from '../../../ports/cluster.js';
import { accessToServer } from '../../../reconcile/access.js';
import { defaultSettings, type Reads } from '../../../reconcile/index.js';
import { bmcKind, bmcSecretKind, kindOf } from './kinds.js';
import type { AnyRun } from './run.js';

export interface Machine {
  readonly bmc: Bmc;
  readonly system: SystemInfo;
}

/**
 * Opens the BMC and finds the system by the UUID of the Server, never by its place alone.
 * @throws PermanentError REFERENCE_MISSING · SPEC_INVALID · IDENTITY_CHANGED; whatever the BMC port throws
 */
export async function openMachine(run: AnyRun, server: Server): Promise<Machine> {
  const cluster = await run.open('cluster');
  const objects = await neighbours(cluster, server, run.signal);
  const get = (kind: { kind: string }, { name }: Key): unknown => objects.get(`${kind.kind}/${name}`);
  const read = { get } as unknown as Reads;
  const visit = { read, now: new Date(run.out.times.nowMs), ids: noIds, settings: defaultSettings };
  const bmc = (await run.open('bmc')).open(accessToServer(server, visit));
  const systems = await bmc.systems();
  const wanted = server.spec?.systemUUID.toLowerCase() ?? '';
  const system = systems.find(({ uuid }) => uuid?.toLowerCase() === wanted);
  if (system !== undefined) return { bmc, system };
  throw new PermanentError('IDENTITY_CHANGED', `the BMC of server/${server.metadata.name} has no system ${wanted}`, {
    why: `it has ${systems.map(({ uuid }) => uuid ?? 'one without UUID').join(', ') || 'none'}`,
  });
}

const never = (): never => {
  throw new Error('commands make no tokens');
};
const noIds = { token: never, hash: never };

/** The BMC of a server, the Endpoint it may point to, and the BMCSecret in use. */
async function neighbours(cluster: Cluster, server: Server, signal: AbortSignal): Promise<Map<string, KubeObject>> {
  const objects = new Map<string, KubeObject>();
  const keep = (object: KubeObject | undefined, kind: string): void => {
    if (object !== undefined) objects.set(`${kind}/${object.metadata.name}`, object);
  };
  const name = server.spec?.bmcRef?.name ?? '';
  const bmc = name === '' ? undefined : await cluster.get(bmcKind, { name }, signal);
  keep(bmc, 'BMC');
  const secret = bmc?.spec?.bmcSecretRef.name ?? server.spec?.bmc?.bmcSecretRef.name ?? '';
  if (secret !== '') keep(await cluster.get(bmcSecretKind, { name: secret }, signal), 'BMCSecret');
  const endpoint = bmc?.spec?.endpointRef?.name ?? '';
  const endpointKind = kindNames.find(({ kind }) => kind === 'Endpoint');
  if (endpoint !== '' && endpointKind !== undefined) {
    keep(await cluster.get(kindOf(endpointKind), { name: endpoint }, signal), 'Endpoint');
  }
  return objects;
}
