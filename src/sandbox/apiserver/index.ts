/**
 * A Kubernetes-compatible API server in one process: HTTPS and two bearer tokens in front, custom resources by CRD with
 * their whole life behind, SQLite or memory underneath. `metalctl sandbox up` and the tests start this same code.
 *
 * The rooms: `http` (front), `access` (who asks, what they may), `requests` (one file per verb), `resources` (what kinds have in common), `kinds` (the few
 * built-in ones), `schema` (structural schemas and CEL), `patch` and `apply` (pure engines), `storage`, `watch`,
 * `tables`, `discovery`, `openapi`, `protobuf`, `controllers`. None of them knows the kinds of metalctl.
 */

import { randomUUID } from 'node:crypto';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { newToken } from './access/authenticate.js';
import { Authorizer } from './access/authorizer.js';
import { ServiceAccountTokens } from './access/tokens.js';
import { type AdmissionHook, Admissions } from './admission.js';
import { CrdController } from './controllers/crd-controller.js';
import { GarbageCollector } from './controllers/garbage-collector.js';
import { NamespaceController } from './controllers/namespace-controller.js';

import { loadEngines } from './engines.js';
import { Listener } from './http/listener.js';
import { RequestLog } from './http/request-log.js';
import { PERMANENT_NAMESPACES } from './kinds/namespaces.js';
import { type Server, timestamp } from './requests/call.js';
import { Registry } from './resources/registry.js';
import { methodNotAllowed } from './status.js';
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
/** Answers on their way get this long when the server closes. */
const DRAIN_MS = 100;
const CONTEXT = 'metalctl-sandbox';

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
  const front = await listen(new Listener({ server, tokens, log: requestLog }), options).catch((error: unknown) => {
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

interface Front {
  readonly url: string;
  close(): Promise<void>;
}

async function listen(listener: Listener, options: ApiServerOptions): Promise<Front> {
  const { cert, key } = options.tls;
  const host = options.host ?? '127.0.0.1';
  const front = createServer({ cert, key, keepAliveTimeout: 65_000 }, (request, response) => {
    void listener.handle(request, response);
  });
  front.requestTimeout = 0;
  const sockets = new Set<Socket>();
  front.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  front.on('tlsClientError', () => undefined);
  front.on('clientError', (_error, socket) => {
    // Bytes that the HTTP parser refuses, an unknown method among them, never reach the listener.
    if (!socket.writable) return;
    const body = JSON.stringify(methodNotAllowed());
    const head = `HTTP/1.1 405 Method Not Allowed\r\nContent-Type: application/json\r\nContent-Length: ${body.length}`;
    socket.end(`${head}\r\nConnection: close\r\n\r\n${body}`);
  });
  await new Promise<void>((resolve, reject) => {
    front.once('error', reject);
    front.listen(options.port ?? 0, host, resolve);
  });
  const { port } = front.address() as AddressInfo;
  return {
    url: `https://${host}:${port}`,
    close: () =>
      new Promise((resolve) => {
        front.close(() => resolve());
        front.closeIdleConnections();
        setTimeout(() => {
          for (const socket of sockets) socket.destroy();
        }, DRAIN_MS).unref();
      }),
  };
}

/** Written by hand: the texts in it need no quoting, and a library for it would be loaded before anybody asks. */
const kubeconfig = (url: string, ca: string, token: string): string => `apiVersion: v1
kind: Config
current-context: ${CONTEXT}
clusters:
  - name: ${CONTEXT}
    cluster:
      server: ${url}
      certificate-authority-data: ${Buffer.from(ca).toString('base64')}
users:
  - name: ${CONTEXT}
    user:
      token: ${JSON.stringify(token)}
contexts:
  - name: ${CONTEXT}
    context:
      cluster: ${CONTEXT}
      user: ${CONTEXT}
`;
