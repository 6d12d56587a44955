/**
 * A Kubernetes-compatible API server in one process: HTTPS and two bearer tokens in front, custom resources by CRD with
 * their whole life behind, SQLite or memory underneath. `metalctl sandbox up` and the tests start this same code.
 *
 * The rooms: `http` (front), `access` (who asks, what they may), `requests` (one file per verb), `resources` (what kinds have in common), `kinds` (the few
 * built-in ones), `schema` (structural schemas and CEL), `patch` and `apply` (pure engines), `storage`, `watch`,
 * `tables`, `discovery`, `openapi`, `protobuf`, `controllers`. None of them knows the kinds of metalctl.
 */

import { randomUUID } from 'node:crypto';
import { newToken } from './access/authenticate.js';
import { Authorizer } from './access/authorizer.js';
import { ServiceAccountTokens } from './access/tokens.js';
import { type AdmissionHook, Admissions } from './admission.js';
import { CrdController } from './controllers/crd-controller.js';
import { GarbageCollector } from './controllers/garbage-collector.js';
import { NamespaceController } from './controllers/namespace-controller.js';
import { loadEngines } from './engines.js';
import { openFront } from './http/front.js';
import { Listener } from './http/listener.js';
import { RequestLog } from './http/request-log.js';
import { PERMANENT_NAMESPACES } from './kinds/namespaces.js';
import { kubeconfig } from './kubeconfig.js';
import { type Server, timestamp } from './requests/call.js';
import { Registry } from './resources/registry.js';
import { ClusterState } from './storage/cluster-state.js';
import { openStore } from './storage/store.js';
import type { KubeObject } from './types.js';
import { WatchHub } from './watch/hub.js';

export type { AdmissionHook, AdmissionOperation, AdmissionReader, AdmissionVerdict } from './admission.js';
export { RequestLog, type RequestRecord, type Use } from './http/request-log.js';

export interface ApiServerOptions {
  /** PEM: the server's certificate and key, and the CA that clients are to trust. */
  readonly tls: { readonly cert: string; readonly key: string; readonly ca: string };
  /** Folder of the store; in memory when absent. */
  readonly dataDir?: string;
  readonly host?: string;
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** Created at start beside default, kube-system, kube-public and kube-node-lease. */
  readonly namespaces?: readonly string[];
  /** Generated when absent. */
  readonly tokens?: { readonly admin: string; readonly viewer: string };
  /** Changes kept for watches and old versions; 0 forgets at once, to force 410s. */
  readonly historyLimit?: number;
  readonly bookmarkIntervalMs?: number;
  readonly now?: () => Date;
  readonly admission?: readonly AdmissionHook[];
}

export interface ApiServer {
  /** `https://127.0.0.1:PORT`. */
  readonly url: string;
  readonly adminToken: string;
  readonly viewerToken: string;
  /** A kubeconfig with the CA embedded and the context `metalctl-sandbox`, as YAML. */
  kubeconfig(token?: string): string;
  /** What clients asked, for tests that count. */
  readonly requestLog: RequestLog;
  /** Ends watches, finishes the open group of writes, closes the store. */
  close(): Promise<void>;
}

const HISTORY_LIMIT = 10_000;
const BOOKMARK_INTERVAL_MS = 60_000;

/**
 * Start a server; it answers when the promise settles.
 * @throws ConflictError STORE_LOCKED · PermanentError STORE_DAMAGED
 */
export async function startApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const store = await openStore(options.dataDir);
  const state = new ClusterState(store, options.historyLimit ?? HISTORY_LIMIT);
  const tokens = options.tokens ?? { admin: newToken(), viewer: newToken() };
  const now = options.now ?? (() => new Date());
  const server: Server = {
    state,
    registry: new Registry(),
    hub: new WatchHub(),
    admissions: new Admissions(options.admission ?? []),
    bookmarkIntervalMs: options.bookmarkIntervalMs ?? BOOKMARK_INTERVAL_MS,
    access: new Authorizer(state),
    tokens: new ServiceAccountTokens(state, now, tokens.admin),
    now,
  };
  const controllers = startControllers(server);
  await ensureNamespaces(server, [...PERMANENT_NAMESPACES, 'kube-node-lease', ...(options.namespaces ?? [])]);
  const requestLog = new RequestLog();
  const front = await openFront(new Listener({ server, tokens, log: requestLog }), options).catch((error: unknown) => {
    controllers.close();
    state.close(); // the lock goes with a start that failed
    throw error;
  });
  loadEngines().catch(() => undefined); // the requests that need them tell
  return {
    url: front.url,
    adminToken: tokens.admin,
    viewerToken: tokens.viewer,
    requestLog,
    kubeconfig: (token = tokens.admin) => kubeconfig(front.url, options.tls.ca, token),
    close: async () => {
      controllers.close();
      server.hub.endAll();
      await front.close();
      state.close();
    },
  };
}

function startControllers(server: Server): { close(): void } {
  const definitions = new CrdController(server);
  const collector = new GarbageCollector(server);
  const namespaces = new NamespaceController(server);
  definitions.restore();
  collector.restore(new Set(server.registry.all().map(({ table }) => table)));
  namespaces.restore();
  server.state.onStage = (transaction, stored, table) => {
    if (table === 'apiextensions.k8s.io/customresourcedefinitions') definitions.establish(transaction, stored);
  };
  server.state.onCommit((changes) => {
    definitions.follow(changes);
    server.hub.publish(changes);
    collector.follow(changes);
    namespaces.follow(changes);
  });
  return { close: () => collector.close() };
}

async function ensureNamespaces(server: Server, names: readonly string[]): Promise<void> {
  await server.state.write((transaction) => {
    for (const name of new Set(names)) {
      if (transaction.get('/namespaces', name) === undefined)
        transaction.put('/namespaces', name, namespaceObject(server, name));
    }
  });
}

const namespaceObject = (server: Server, name: string): KubeObject => ({
  kind: 'Namespace',
  apiVersion: 'v1',
  metadata: {
    name,
    uid: randomUUID(),
    creationTimestamp: timestamp(server.now()),
    labels: { 'kubernetes.io/metadata.name': name },
  },
  spec: { finalizers: ['kubernetes'] },
  status: { phase: 'Active' },
});
