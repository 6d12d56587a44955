/** The machine behind a Server object: its BMC, opened with the credentials the objects name, and its system there. */
import type { Key, KubeObject } from '../../../api/kind.js';
import type { BMC } from '../../../api/metal/v1alpha1/bmc.js';
import type { Server } from '../../../api/metal/v1alpha1/server.js';
import { kindNames } from '../../../api/names.js';
import { PermanentError } from '../../../errors/classes.js';
import type { Bmc, BmcAccess, SystemInfo } from '../../../ports/bmc.js';
import type { Cluster } from '../../../ports/cluster.js';
import { accessToBmc, accessToServer, doorToBmc } from '../../../reconcile/access.js';
import { defaultSettings, type Reads } from '../../../reconcile/index.js';
import type { Visit } from '../../../reconcile/reads.js';
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
  const bmc = (await run.open('bmc')).open(await accessOfServer(run, server));
  return { bmc, system: await systemOf(bmc, server) };
}

/** The system of a Server at its BMC. @throws PermanentError IDENTITY_CHANGED */
export async function systemOf(bmc: Bmc, server: Server): Promise<SystemInfo> {
  const systems = await bmc.systems();
  const wanted = server.spec?.systemUUID.toLowerCase() ?? '';
  const system = systems.find(({ uuid }) => uuid?.toLowerCase() === wanted);
  if (system !== undefined) return system;
  throw new PermanentError('IDENTITY_CHANGED', `the BMC of server/${server.metadata.name} has no system ${wanted}`, {
    why: `it has ${systems.map(({ uuid }) => uuid ?? 'one without UUID').join(', ') || 'none'}`,
  });
}

/** The way into the BMC of a Server. @throws PermanentError REFERENCE_MISSING · SPEC_INVALID · BMC_AUTH_FAILED */
export async function accessOfServer(run: AnyRun, server: Server): Promise<BmcAccess> {
  const objects = await neighbours(await run.open('cluster'), server, run.signal);
  return accessToServer(server, visitWith(run, objects));
}

/** The way into a BMC by its object, whatever state that is in. @throws as `accessOfServer` */
export async function accessOfBmc(run: AnyRun, bmc: BMC): Promise<BmcAccess> {
  const objects = new Map<string, KubeObject>();
  await gather(await run.open('cluster'), bmc, bmc.spec?.bmcSecretRef.name ?? '', objects, run.signal);
  return accessToBmc(bmc, visitWith(run, objects));
}

/** The way to a BMC for who brings a credential: what its BMCSecret holds, or whether there is one, does not matter. */
export async function doorOfBmc(run: AnyRun, bmc: BMC): Promise<Omit<BmcAccess, keyof Credential>> {
  const objects = new Map<string, KubeObject>();
  await gather(await run.open('cluster'), bmc, '', objects, run.signal);
  return doorToBmc(bmc, visitWith(run, objects));
}

type Credential = Pick<BmcAccess, 'username' | 'password' | 'credentialVersion'>;

function visitWith(run: AnyRun, objects: ReadonlyMap<string, KubeObject>): Visit {
  const get = (kind: { kind: string }, { name }: Key): unknown => objects.get(`${kind.kind}/${name}`);
  const read = { get } as unknown as Reads;
  return { read, now: new Date(run.out.times.nowMs), ids: noIds, settings: defaultSettings };
}

const never = (): never => {
  throw new Error('commands make no tokens');
};
const noIds = { token: never, hash: never, below: never, sshKey: never };

/** The BMC of a server, the Endpoint it may point to, and the BMCSecret in use. */
async function neighbours(cluster: Cluster, server: Server, signal: AbortSignal): Promise<Map<string, KubeObject>> {
  const objects = new Map<string, KubeObject>();
  const name = server.spec?.bmcRef?.name ?? '';
  const bmc = name === '' ? undefined : await cluster.get(bmcKind, { name }, signal);
  if (bmc !== undefined) objects.set(`BMC/${name}`, bmc);
  const secret = bmc?.spec?.bmcSecretRef.name ?? server.spec?.bmc?.bmcSecretRef.name ?? '';
  await gather(cluster, bmc, secret, objects, signal);
  return objects;
}

async function gather(
  cluster: Cluster,
  bmc: BMC | undefined,
  secret: string,
  objects: Map<string, KubeObject>,
  signal: AbortSignal,
): Promise<void> {
  const keep = (object: KubeObject | undefined, kind: string): void => {
    if (object !== undefined) objects.set(`${kind}/${object.metadata.name}`, object);
  };
  if (secret !== '') keep(await cluster.get(bmcSecretKind, { name: secret }, signal), 'BMCSecret');
  const endpoint = bmc?.spec?.endpointRef?.name ?? '';
  const endpointKind = kindNames.find(({ kind }) => kind === 'Endpoint');
  if (endpoint !== '' && endpointKind !== undefined) {
    keep(await cluster.get(kindOf(endpointKind), { name: endpoint }, signal), 'Endpoint');
  }
}
