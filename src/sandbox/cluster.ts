/** The cluster a sandbox keeps its objects in: its own API server, or somebody else's that it only looks into. */
import { isMetalError, PermanentError } from '../errors/classes.js';
import { admissionHooks } from './admission.js';
import { type ApiServer, startApiServer } from './apiserver/index.js';
import type { Authority } from './certificates.js';
import type { SandboxFolder, SandboxIdentity } from './files.js';
import { type Client, kubeClient } from './stand-in-client.js';

/** A cluster that was there before the sandbox, and stays. */
export interface ExternalCluster {
  /** Address of its API server. */
  readonly url: string;
  /** Context that leads there. */
  readonly context: string;
  /** Where that context stands. */
  readonly kubeconfig: string;
  /** Requests to it until the signal ends them. */
  readonly connect: (signal: AbortSignal) => Client;
}

/** A cluster in use. */
export interface UsedCluster {
  readonly url: string;
  readonly kubeconfig: string;
  /** Set where it is somebody else's. */
  readonly external?: ExternalCluster;
  /** Set where it is the sandbox's own. */
  readonly api?: ApiServer;
  readonly connect: (signal: AbortSignal) => Client;
  close(): Promise<void>;
}

export const externally = (external: ExternalCluster): UsedCluster => ({
  url: external.url,
  kubeconfig: external.kubeconfig,
  external,
  connect: external.connect,
  close: async () => undefined,
});

export interface OwnClusterOptions {
  readonly folder: SandboxFolder;
  readonly authority: Authority;
  readonly identity: SandboxIdentity;
  /** Whether its objects outlive it. */
  readonly isKept: boolean;
  readonly kubeconfig: string;
}

/** @throws ConflictError STORE_LOCKED · PermanentError STORE_DAMAGED */
export async function startOwnCluster(options: OwnClusterOptions): Promise<UsedCluster> {
  const { folder, authority, identity, isKept, kubeconfig } = options;
  const api = await startApiServer({
    tls: { ...(await authority.issue({ hosts: ['127.0.0.1', 'localhost'] })), ca: authority.ca },
    tokens: identity.tokens,
    namespaces: ['metalctl-system'],
    admission: admissionHooks(),
    ...(isKept ? { dataDir: folder.store } : {}),
    ...(identity.apiPort === undefined ? {} : { port: identity.apiPort }),
  }).catch((error: unknown) => {
    throw withWayOut(error, folder);
  });
  const access = { url: api.url, ca: authority.ca, token: api.adminToken };
  return {
    url: api.url,
    kubeconfig,
    api,
    connect: (signal) => kubeClient(access, signal),
    close: () => api.close(),
  };
}

/** A damaged store is never repaired or replaced by itself: whoever owns it decides. */
function withWayOut(error: unknown, { path }: SandboxFolder): unknown {
  if (!isMetalError(error) || error.code !== 'STORE_DAMAGED') return error;
  return new PermanentError('STORE_DAMAGED', `the data in ${path} are damaged`, {
    why: error.cause instanceof Error ? error.cause.message : error.message,
    hint: [`metalctl sandbox reset --data ${path}`, 'or put back a copy of the folder'],
    context: error.context,
    cause: error,
  });
}
