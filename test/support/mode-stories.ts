/**
 * One story for each way to use metalctl, told by its real workflows with the rights of its role. Whoever plays it may do
 * nothing else; what people do meanwhile is done by the admin of the sandbox.
 */
import assert from 'node:assert/strict';
import { type KindDef, type KubeObject, keyOf } from '../../src/api/kind.js';
import { CustomResourceDefinition, Event, Lease } from '../../src/api/kubernetes.js';
import {
  BMC,
  BMCSecret,
  BMCUser,
  Endpoint,
  metalKinds,
  Server,
  ServerBootConfiguration,
  ServerClaim,
  ServerReadinessRule,
} from '../../src/api/metal/v1alpha1/index.js';
import { ConflictError, isMetalError } from '../../src/errors/classes.js';
import { createEvents, type KubeCluster } from '../../src/kube/index.js';
import type { Cluster } from '../../src/ports/cluster.js';
import { reconcileLoop, reconcileOnce, reconcilers } from '../../src/reconcile/index.js';
import { holdLease } from '../../src/reconcile/runtime/lease.js';
import { realClock } from '../../src/wiring/clock.js';
import { claimServer } from '../../src/workflows/claim/claim.js';
import type { ClaimRequest } from '../../src/workflows/claim/request.js';
import { readInventory } from '../../src/workflows/discover/inventory.js';
import { chooseDriver, type Driver, refuseBesideUpstream } from '../../src/workflows/driver.js';
import { followOnboarding, writeOnboarding } from '../../src/workflows/onboard/onboard.js';
import { releaseClaim } from '../../src/workflows/release/release.js';
import { readAroundClaim } from '../../src/workflows/why/reads.js';
import type { Live } from './live.js';
import { type Holder, tenantNamespace, type Verb, verbsOf } from './roles.js';

const clock = realClock();
const apiVersion = 'metal.ironcore.dev/v1alpha1';
const base64 = (text: string): string => Buffer.from(text).toString('base64');
let stories = 0;

/** The daemon of somebody else: passes by the admin while the story waits. */
const drivenBy = (live: Live): Driver => ({
  mode: 'cluster',
  drive: async (_scope, signal) => {
    while (!signal.aborted) {
      await live.pass({ settle: true, settings: briskly(live), signal } as never).catch(() => undefined);
      await clock.sleep(50, signal).catch(() => undefined);
    }
  },
});

/** A machine whose system has not come up yet ignores a graceful shutdown: nobody waits minutes for it here. */
export const briskly = ({ settings }: Live) => ({ ...settings, enforcePowerOff: true, powerGraceMs: 500 });

const limits = (timeoutMs = 60_000) => ({ timeoutMs, signal: new AbortController().signal });

/** Looks at every kind as `get`, `get -w`, `describe` and `-o crd` do. */
export async function view({ cluster }: Holder): Promise<void> {
  for (const kind of metalKinds.filter((each) => each !== BMCSecret) as KindDef[]) {
    await cluster.list(kind);
    await cluster.get(kind, kind.scope === 'Cluster' ? { name: 'x' } : { namespace: tenantNamespace, name: 'x' });
    await glance(cluster, kind);
  }
  await cluster.list(Event);
  await cluster.list(Lease);
  await cluster.get(CustomResourceDefinition, { name: 'servers.metal.ironcore.dev' });
}

/** Opens a watch from the beginning, which has something to say at once, and ends it. */
async function glance(cluster: Cluster, kind: KindDef): Promise<void> {
  const stop = new AbortController();
  const cancel = clock.after(10_000, () => stop.abort());
  try {
    for await (const _event of cluster.watch(kind, { resourceVersion: '0', signal: stop.signal })) break;
  } catch (error) {
    if (!stop.signal.aborted || (isMetalError(error) && error.code === 'API_FORBIDDEN')) throw error;
  } finally {
    cancel();
    stop.abort();
  }
}

/** Claims with ignition, changes the claim's power, releases; and is refused once, which takes its Secret back. */
export async function claim(live: Live, { cluster }: Holder, patienceMs?: number): Promise<void> {
  stories += 1;
  const name = `story-${stories}`;
  const request: ClaimRequest = {
    name,
    namespace: tenantNamespace,
    power: 'On',
    image: 'img',
    ignition: { text: '{"ignition":{"version":"3.3.0"}}' },
    requirements: [],
    tolerations: [],
  } as never;
  const ports = { cluster, clock };
  await chooseDriver(ports, async () => assert.fail('a claimer drives nothing'), {
    mode: 'none',
    takeOver: false,
    signal: limits().signal,
  });
  await cluster.list(Lease);
  const driver = drivenBy(live);
  const refused = { ...request, name: `${name}-bad`, image: 7 } as never;
  const options = { driver, retries: 0, onEvent: () => undefined, ...limits(patienceMs) };
  await assert.rejects(claimServer(ports, refused, options), (error) => isMetalError(error) && reject(error));
  const seen = await claimServer(ports, request, { ...options, waitFor: 'bound' });
  await cluster.patch(ServerClaim, keyOf(seen.claim), { metadata: { labels: { story: name } } }, 'merge');
  const around = await readAroundClaim(cluster, seen.claim, limits().signal);
  assert.ok(around.all(BMC).length > 0, 'why looks at the BMC of the claimed server');
  const release = { claim: seen.claim, ...(seen.server === undefined ? {} : { server: seen.server }) };
  await releaseClaim(ports, release as never, { driver, wait: true, onStep: () => undefined, ...limits(patienceMs) });
}

/** The refusal must be that of the API server; a missing right in it is passed on. */
function reject(error: { code: string; why?: string | undefined }): true {
  const isRights = error.code === 'API_FORBIDDEN' || /RBAC does not allow/.test(error.why ?? '');
  if (isRights) throw error;
  return true;
}

/** Reads what is known, onboards a BMC, waits until its server is Available. */
export async function discover(live: Live, { cluster }: Holder, patienceMs?: number): Promise<void> {
  stories += 1;
  const [emulated] = live.sandbox.emulator.bmcs;
  assert.ok(emulated);
  await readInventory(cluster);
  await cluster.list(Endpoint);
  await cluster.list(Lease);
  const name = `found-${stories}`;
  await cluster.get(BMCSecret, { name });
  const protocol = { name: 'Redfish', port: emulated.port, scheme: 'https' };
  const secret = {
    apiVersion,
    kind: 'BMCSecret',
    metadata: { name },
    data: { username: base64('admin'), password: base64(live.sandbox.bmcPassword) },
  };
  const spec = { access: { ip: emulated.host }, bmcSecretRef: { name }, protocol };
  const bmc = { apiVersion, kind: 'BMC', metadata: { name }, spec };
  const outcomes = await writeOnboarding(
    cluster,
    { entries: [{ action: 'create', secret, bmc }] } as never,
    () => undefined,
  );
  for (const outcome of outcomes) if (outcome.outcome === 'failed') throw outcome.error;
  await cluster.get(BMC, { name });
  await followOnboarding({ cluster, clock }, [name], {
    driver: drivenBy(live),
    onProgress: () => undefined,
    ...limits(patienceMs),
  });
  await forget(live, name);
}

/** What a story onboarded goes again, so that the next may find it. */
async function forget(live: Live, name: string): Promise<void> {
  const { cluster } = live.ports;
  for (const server of await live.servers())
    if (server.spec?.bmcRef?.name === name) await cluster.delete(Server, keyOf(server));
  await cluster.delete(BMC, { name });
  await live.pass({ settle: true });
  await cluster.delete(BMCSecret, { name });
}

/** Everything a daemon does in its life; what went wrong is in the text it gives. */
export async function operate(live: Live, { user, cluster, log, said }: Holder): Promise<string> {
  stories += 1;
  const id = `life-${stories}`;
  said.length = 0;
  const admin = live.ports.cluster;
  const events = createEvents(cluster, { clock, log });
  const ports = { ...live.ports, cluster: clashing(cluster), events, log };
  const prefix = {
    macPrefix: '02:00:00',
    type: 'bmc',
    protocol: 'Redfish',
    protocolScheme: 'https' as const,
    port: 1,
    defaultCredentials: [{ username: 'a', password: 'b' }],
  };
  const settings = { ...briskly(live), macPrefixes: [prefix] };
  const told: string[] = [];
  const pass = async (settle = true): Promise<void> => {
    try {
      const { report } = await reconcileOnce(ports, {
        registrations: reconcilers,
        settings,
        settle,
        deadlineMs: 20_000,
      });
      told.push(...report.objects.map(({ kind, name, message }) => `${kind}/${name}: ${message}`));
    } catch (error) {
      if (!isMetalError(error)) throw error;
      told.push(`${error.message}: ${error.why}`);
    }
  };
  const once = async (work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      if (!isMetalError(error)) throw error;
      told.push(`${error.message}: ${error.why}`);
    }
  };
  await once(() => refuseBesideUpstream({ cluster, clock }, limits().signal));
  await stageEndpoint(admin, id);
  await pass(false);
  await ownedByEndpoint(admin, id);
  await pass(false);
  await endEndpoint(admin, id);
  await pass(false);
  await stage(admin, id);
  await pass();
  await nonsense(admin);
  await pass(false);
  await nonsense(admin);
  const rotate = { metadata: { annotations: { 'metal.ironcore.dev/operation': 'rotate-credentials' } } };
  await admin.patch(BMCUser, { name: id }, rotate, 'merge');
  await pass();
  await admin.delete(ServerClaim, { name: id, namespace: tenantNamespace });
  await pass();
  await watchAWhile(live, user, ports, settings, once);
  await events.flush(5_000);
  await admin.delete(ServerReadinessRule, { name: id });
  await admin.delete(BMCUser, { name: id });
  await pass(false);
  await once(() => cluster.get(ServerBootConfiguration, { namespace: tenantNamespace, name: 'x' }));
  return [...told, ...said].join('\\n');
}

const make = (admin: Cluster, kind: KindDef, metadata: object, spec: object) =>
  admin.create(kind, { apiVersion, kind: kind.kind, metadata, spec } as unknown as KubeObject);

/** An Endpoint becomes a BMC and its Secret. */
async function stageEndpoint(admin: Cluster, id: string): Promise<void> {
  const macAddress = `02:00:00:00:00:${String(stories % 100).padStart(2, '0')}`;
  await make(
    admin,
    Endpoint,
    { name: id, finalizers: ['metal.ironcore.dev/endpoint'] },
    { macAddress, ip: '127.0.0.9' },
  );
}

/** As v0.7.0 had it: the Endpoint would take them along. */
async function ownedByEndpoint(admin: Cluster, id: string): Promise<void> {
  const uid = (await admin.get(Endpoint, { name: id }))?.metadata.uid;
  const ownerReferences = [{ apiVersion, kind: 'Endpoint', name: id, uid }];
  for (const kind of [BMC, BMCSecret] as KindDef[])
    if ((await admin.get(kind, { name: id })) !== undefined)
      await admin.patch(kind, { name: id }, { metadata: { ownerReferences } }, 'merge');
}

/** They go again, with the finalizers an earlier operator left. */
async function endEndpoint(admin: Cluster, id: string): Promise<void> {
  await admin.delete(Endpoint, { name: id });
  if ((await admin.get(BMC, { name: id })) !== undefined)
    await admin.patch(BMC, { name: id }, { metadata: { finalizers: ['metal.ironcore.dev/bmc'] } }, 'merge');
  await admin.delete(BMC, { name: id });
  await admin.delete(BMCSecret, { name: id });
}

/** What people did before: a server to discover again, a claim, a rule. */
async function stage(admin: Cluster, id: string): Promise<void> {
  for (const server of (await admin.list(Server)).items) await admin.delete(Server, keyOf(server));
  for (const bmc of (await admin.list(BMC)).items)
    await admin.patch(BMC, keyOf(bmc), { status: { state: 'Pending' } }, 'merge', { subresource: 'status' });
  const taint = { key: `test.example/${id}`, effect: 'NoBind' };
  const conditions = [{ type: 'Never', requiredStatus: 'True' }];
  const rule = { serverSelector: {}, conditions, enforcementMode: 'Continuous', taint };
  await make(admin, ServerReadinessRule, { name: id }, rule);
  const tolerations = [{ key: taint.key, operator: 'Exists' }];
  const wish = { power: 'Off', image: 'img', serverSelector: {}, tolerations };
  const account = { userName: `story${stories}`, roleID: 'ReadOnly', bmcRef: { name: 'bmc-1' } };
  await make(admin, BMCUser, { name: id }, account);
  await make(admin, ServerClaim, { name: id, namespace: tenantNamespace }, wish);
}

/** An operation nobody knows, asked for twice, is warned of twice: one event and its repetition. */
async function nonsense(admin: Cluster): Promise<void> {
  const [server] = (await admin.list(Server)).items;
  const marks = { 'metal.ironcore.dev/operation': 'dance' };
  if (server !== undefined) await admin.patch(Server, keyOf(server), { metadata: { annotations: marks } }, 'merge');
}

/** Until every watch was asked for, however long this machine takes for it. */
async function watchAWhile(
  live: Live,
  user: string,
  ports: Parameters<typeof reconcileLoop>[0],
  settings: Live['settings'],
  once: (work: () => Promise<unknown>) => Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  const cancel = clock.after(30_000, () => stop.abort());
  const wanted = verbsOf('daemon').filter(({ verb }) => verb === 'watch');
  const asked = ({ resource }: Verb): number => {
    const use = live.sandbox.api.requestLog
      .uses(user)
      .find((each) => each.verb === 'watch' && each.resource === resource);
    return (use?.allowed ?? 0) + (use?.refused ?? 0);
  };
  const before = wanted.map(asked);
  const isAsked = (verb: Verb, at: number): boolean => asked(verb) > (before[at] ?? 0);
  const look = async (): Promise<void> => {
    while (!stop.signal.aborted && !wanted.every(isAsked)) await clock.sleep(50, stop.signal);
    await clock.sleep(1_000, stop.signal);
    stop.abort();
  };
  look().catch(() => undefined);
  const lease = { name: 'metalctl-reconciler', namespace: 'metalctl-system', identity: 'story' };
  await once(() =>
    reconcileLoop(
      { ...ports, bmcs: { ...ports.bmcs, close: async () => undefined } as never },
      { registrations: reconcilers, settings, lease, signal: stop.signal },
    ),
  );
  await once(async () => (await holdLease({ ...ports, ...lease })).release());
  cancel();
}

/** The first write of each kind meets somebody else's: what is read again after a conflict must be readable. */
function clashing(cluster: KubeCluster): KubeCluster {
  const met = new Set<string>();
  const clash = (verb: string, kind: KindDef): void => {
    const id = `${verb} ${kind.kind}`;
    if (kind.group !== Server.group || met.has(id)) return;
    met.add(id);
    throw new ConflictError('CONFLICT', `somebody wrote ${kind.plural} first`);
  };
  return {
    ...cluster,
    create: async (kind, object, options) => {
      clash('create', kind);
      return cluster.create(kind, object, options);
    },
    patch: async (kind, key, patch, type, options) => {
      if (type === 'merge') clash('patch', kind);
      return cluster.patch(kind, key, patch, type, options);
    },
  };
}
