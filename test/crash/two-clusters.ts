/** Two clusters for a move: a source with two machines, one of them claimed, and an empty target; and what they hold, in words. */
import type { KindDef, KubeObject } from '../../src/api/kind.js';
import { Namespace, Secret } from '../../src/api/kubernetes.js';
import {
  BMC,
  BMCSecret,
  metalKinds,
  Server,
  ServerBootConfiguration,
  ServerClaim,
} from '../../src/api/metal/v1alpha1/index.js';
import { content } from '../../src/workflows/move/identity.js';
import { type FakeCluster, fakeCluster } from '../support/fake-cluster.js';

/** The present pair; `furnish` makes a new one. */
export let source: FakeCluster;
export let target: FakeCluster;
const start = new Date('2026-01-01T00:00:00Z');

/** A cluster whose UIDs are its own, with all CRDs. */
function emptyCluster(side: string): FakeCluster {
  const cluster = fakeCluster(
    () => start,
    (n) => `${String(n).padStart(8, '0')}-0000-4000-8000-${side.padStart(12, '0')}`,
  );
  const heads = { apiVersion: 'v1', kind: 'Namespace' };
  for (const name of ['kube-system', 'metalctl-system']) cluster.seed({ ...heads, metadata: { name } });
  for (const { plural, group, version } of metalKinds)
    cluster.seed({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `${plural}.${group}` },
      spec: { versions: [{ name: version, served: true }] },
    } as KubeObject);
  return cluster;
}

const kinds: readonly KindDef[] = [...metalKinds, Secret];
const apiVersion = 'metal.ironcore.dev/v1alpha1';

function create(cluster: FakeCluster, kind: KindDef, version: string, metadata: object, rest: object = {}) {
  return cluster.create(kind, { apiVersion: version, kind: kind.kind, metadata, ...rest } as KubeObject);
}

const namespace = 'team';

/** Two machines, one of them claimed, as an operator leaves them: owners, pairs, status, a rack that is ignored. */
export async function furnish(): Promise<void> {
  [source, target] = [emptyCluster('a'), emptyCluster('b')];
  const cluster = source;
  const key = { namespace, name: 'db' };
  await create(cluster, Namespace, 'v1', { name: namespace });
  await create(cluster, Secret, 'v1', { ...key, name: 'db-ign' }, { data: { ignition: 'e30=' } });
  const bmcs: KubeObject[] = [];
  for (const n of [1, 2]) {
    const name = `rack${n}`;
    await create(cluster, BMCSecret, apiVersion, { name }, { data: { username: 'YQ==', password: 'Yg==' } });
    const protocol = { name: 'Redfish', port: 443, scheme: 'https' };
    const spec = { access: { ip: `10.0.0.${n}` }, bmcSecretRef: { name }, protocol };
    const marks = n === 2 ? { annotations: { 'metal.ironcore.dev/operation': 'ignore' } } : {};
    const finalizers = ['metal.ironcore.dev/bmc'];
    bmcs.push(await create(cluster, BMC, apiVersion, { name, finalizers, ...marks }, { spec }));
    const status = { status: { state: 'Enabled', ip: `10.0.0.${n}`, powerState: 'On' } };
    await cluster.patch(BMC, { name }, status, 'merge', { subresource: 'status' });
  }
  const wish = {
    power: 'On',
    image: 'img',
    serverRef: { name: 'rack1-system-0' },
    ignitionSecretRef: { name: 'db-ign' },
  };
  const claim = await create(cluster, ServerClaim, apiVersion, key, { spec: wish });
  await cluster.patch(ServerClaim, key, { status: { phase: 'Bound' } }, 'merge', { subresource: 'status' });
  const ownerReferences = [owner('ServerClaim', claim)];
  const bootSpec = { serverRef: { name: 'rack1-system-0' }, image: 'img', ignitionSecretRef: { name: 'db-ign' } };
  const boot = await create(
    cluster,
    ServerBootConfiguration,
    apiVersion,
    { ...key, ownerReferences },
    { spec: bootSpec },
  );
  const ready = { status: { state: 'Ready' } };
  await cluster.patch(ServerBootConfiguration, key, ready, 'merge', { subresource: 'status' });
  for (const [at, bmc] of bmcs.entries()) {
    const name = `${bmc.metadata.name}-system-0`;
    const held = {
      serverClaimRef: { ...key, uid: claim.metadata.uid },
      bootConfigurationRef: { ...key },
    };
    const annotations = {
      'metalctl.dev/claim-uid': claim.metadata.uid,
      'metalctl.dev/booted-with': `${boot.metadata.uid}/${boot.metadata.generation}`,
    };
    const spec = { systemUUID: `uuid-${at}`, bmcRef: { name: bmc.metadata.name }, ...(at === 0 ? held : {}) };
    const metadata = { name, finalizers: ['metal.ironcore.dev/server'], ownerReferences: [owner('BMC', bmc)] };
    await create(cluster, Server, apiVersion, { ...metadata, ...(at === 0 ? { annotations } : {}) }, { spec });
    const status = { status: { state: at === 0 ? 'Reserved' : 'Available', powerState: at === 0 ? 'On' : 'Off' } };
    await cluster.patch(Server, { name }, status, 'merge', { subresource: 'status' });
  }
}

const owner = (kind: string, { metadata: { name, uid } }: KubeObject) => ({
  apiVersion,
  kind,
  name,
  uid,
  controller: true,
  blockOwnerDeletion: true,
});

const everything = (cluster: FakeCluster): KubeObject[] => kinds.flatMap((kind) => cluster.all(kind) as KubeObject[]);

/** A cluster's content in words that are equal in two runs: UIDs become names, what a server fills in goes. */
export function told(cluster: FakeCluster): unknown[] {
  const objects = everything(cluster);
  const names = new Map(objects.map(({ kind, metadata }) => [metadata.uid ?? '', `${kind}/${metadata.name}`]));
  const words = objects.map((object) => {
    const { status } = object as { status?: unknown };
    const { metadata, ...rest } = content(object);
    // An empty map says what an absent one does.
    const { annotations = {}, ...kept } = metadata;
    const marks = Object.keys(annotations).length === 0 ? {} : { annotations };
    let text = JSON.stringify({ ...rest, metadata: { ...kept, ...marks }, status });
    for (const { metadata: each } of objects)
      text = text.replaceAll(`${each.uid}/${each.generation}`, `${names.get(each.uid ?? '')}/present`);
    for (const [uid, name] of names) text = text.replaceAll(uid, name);
    return JSON.parse(text) as unknown;
  });
  return words.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

/** An object that its reconcilers may work on in both clusters at this moment. */
export function awakeInBoth(): string[] {
  const [here, there] = [source, target].map(everything);
  const isAwake = ({ kind, metadata }: KubeObject): boolean =>
    kind !== 'Secret' && metadata.annotations?.['metal.ironcore.dev/operation'] !== 'ignore';
  const id = ({ kind, metadata }: KubeObject): string => `${kind}/${metadata.name}`;
  const awake = new Set((here ?? []).filter(isAwake).map(id));
  return (there ?? [])
    .filter(isAwake)
    .map(id)
    .filter((each) => awake.has(each));
}
