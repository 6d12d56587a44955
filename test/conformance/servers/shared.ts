/**
 * A real server that all test files share: who it is, whether a person's objects lie in it, and how it becomes empty
 * again after each test.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../../src/kube/config.js';
import { type Body, clientOf, type TestApi } from '../client.js';
import { startAssets } from './assets.js';
import { type Choice, embedded, type TestServer } from './choice.js';

export interface Started {
  readonly server: TestServer;
  close(): Promise<void>;
}

/** Start or reach what was chosen. @throws Error when it does not answer, or holds what these tests would delete */
export async function startServer(choice: Choice): Promise<Started> {
  if (choice.kind === 'embedded') return { server: embedded, close: async () => undefined };
  if (choice.kind === 'kubeconfig')
    return { server: await meet('kubeconfig', choice.path), close: async () => undefined };
  const running = await startAssets(choice.assets);
  const folder = mkdtempSync(join(tmpdir(), 'metalctl-kube-'));
  const close = async (): Promise<void> => {
    await running.close();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const kubeconfig = join(folder, 'kubeconfig');
    writeFileSync(kubeconfig, kubeconfigOf(running), { mode: 0o600 });
    return { server: await meet('assets', kubeconfig), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A kubeconfig with one context, as JSON (which is YAML). */
export const kubeconfigOf = ({ url, ca, adminToken }: { url: string; ca: string; adminToken: string }): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    clusters: [
      { name: 'test', cluster: { server: url, 'certificate-authority-data': Buffer.from(ca).toString('base64') } },
    ],
    users: [{ name: 'test', user: { token: adminToken } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
  });

/** A client of the cluster that a kubeconfig names. */
export async function clientFor(kubeconfig: string): Promise<TestApi> {
  const context = await loadConfig({ kubeconfig });
  const { tls } = await context.access();
  const auth = (await context.headers()) as Readonly<Record<string, string>>;
  return clientOf({ url: context.server, ca: tls.ca ?? '', cert: tls.cert, key: tls.key, auth });
}

async function meet(kind: 'assets' | 'kubeconfig', kubeconfig: string): Promise<TestServer> {
  const api = await clientFor(kubeconfig);
  const found = await findings(api);
  if (found.length > 0) {
    throw new Error(`${api.url} is not empty (${found.join(', ')}): these tests delete what they find, use another`);
  }
  const { gitVersion } = (await api.call('GET', '/version')).body;
  const roots = await api.call('GET', `/api/v1/namespaces/default/configmaps/${ROOTS}`);
  return { kind, name: `kube-apiserver ${gitVersion} at ${api.url}`, kubeconfig, gc: roots.status === 200 };
}

/** Every namespace gets this ConfigMap from kube-controller-manager. */
const ROOTS = 'kube-root-ca.crt';
const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const OWN = ['conformance.metalctl.dev', 'metal.ironcore.dev'];
const KEPT = /^(default|kube-.*|local-path-storage)$/;
const COLLECTIONS = ['configmaps', 'secrets', 'events'].map((plural) => `/api/v1/namespaces/default/${plural}`);

/** What lies in a cluster that these tests would take away. */
async function findings(api: TestApi): Promise<string[]> {
  const crds = (await list(api, CRDS)).filter(({ spec }) => OWN.includes(spec.group));
  const namespaces = (await list(api, '/api/v1/namespaces')).filter(({ metadata }) => !KEPT.test(metadata.name));
  const [configMaps, secrets] = [await list(api, COLLECTIONS[0] ?? ''), await list(api, COLLECTIONS[1] ?? '')];
  const objects = [...configMaps.filter(({ metadata }) => metadata.name !== ROOTS), ...secrets];
  return [...crds, ...namespaces, ...objects].map(({ metadata }) => metadata.name);
}

const list = async (api: TestApi, path: string): Promise<Body[]> => (await api.call('GET', path)).body.items ?? [];

/** Take away all that a test left. Waits until definitions are gone, for the next test installs them anew. */
export async function sweep(api: TestApi): Promise<void> {
  for (const { metadata, spec } of await list(api, CRDS)) {
    if (!OWN.includes(spec.group)) continue;
    for (const { name } of spec.versions) await freeAll(api, `/apis/${spec.group}/${name}/${spec.names.plural}`);
    await api.call('DELETE', `${CRDS}/${metadata.name}`);
  }
  for (const path of COLLECTIONS) await api.call('DELETE', `${path}?fieldSelector=metadata.name!%3D${ROOTS}`);
  for (const { metadata } of await list(api, '/api/v1/namespaces')) {
    if (!KEPT.test(metadata.name)) await dropNamespace(api, metadata.name);
  }
  for (let wait = 0; wait < 200; wait++) {
    if ((await list(api, CRDS)).every(({ spec }) => !OWN.includes(spec.group))) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('the definitions of the last test do not go away');
}

/** Objects that a finalizer holds would hold their definition. */
async function freeAll(api: TestApi, collection: string): Promise<void> {
  const headers = { 'content-type': 'application/merge-patch+json' };
  for (const { metadata } of await list(api, collection)) {
    if (metadata.finalizers === undefined) continue;
    const [before, plural] = [collection.replace(/\/[^/]+$/, ''), collection.replace(/^.*\//, '')];
    const place = metadata.namespace === undefined ? '' : `/namespaces/${metadata.namespace}`;
    const body = { metadata: { finalizers: null } };
    await api.call('PATCH', `${before}${place}/${plural}/${metadata.name}`, { body, headers });
  }
}

/** Where no controller empties namespaces, the finalizer is taken off by hand. */
async function dropNamespace(api: TestApi, name: string): Promise<void> {
  const path = `/api/v1/namespaces/${name}`;
  for (const plural of ['configmaps', 'secrets']) await api.call('DELETE', `${path}/${plural}`);
  await api.call('DELETE', path);
  const namespace = (await api.call('GET', path)).body;
  if (namespace.kind !== 'Namespace') return;
  await api.call('PUT', `${path}/finalize`, { body: { ...namespace, spec: { finalizers: [] } } });
}
