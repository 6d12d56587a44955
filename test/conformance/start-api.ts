/** Where a test of the conformance suite gets its server: one of the sandbox's own, or the real one all share. */
import { type ApiServer, type ApiServerOptions, startApiServer } from '../../src/sandbox/apiserver/index.js';
import { type Authority, createAuthority } from '../../src/sandbox/certificates.js';
import { clientOf, type TestApi } from './client.js';
import { testServer } from './servers/choice.js';
import { clientFor, sweep } from './servers/shared.js';
import { eventuallyServed } from './widget.js';

export type { Body, OpenWatch, Reply, TestApi, WatchedEvent } from './client.js';

/** Whose end closes what was started. */
interface Scope {
  after(hook: () => unknown): void;
}

/** A server with a kubeconfig for independent clients. */
export interface ConfiguredApi extends TestApi {
  kubeconfig(): Promise<string>;
}

/** An embedded server, with what only it has: a second token, a log of requests. */
export interface EmbeddedApi extends ConfiguredApi {
  readonly server: ApiServer;
}

let authority: Promise<Authority> | undefined;

/** One authority for all servers of a test process: making one takes a while. */
export async function testCertificates() {
  authority ??= createAuthority();
  const { issue, ca } = await authority;
  return { ...(await issue({ hosts: ['127.0.0.1'] })), ca };
}

/** The server of this run, with nothing in it; `scope` closes or sweeps it. */
export async function startApi(scope: Scope): Promise<ConfiguredApi> {
  const { kubeconfig } = testServer();
  if (kubeconfig === undefined) return startEmbedded(scope);
  const { readFile } = await import('node:fs/promises');
  const api = await clientFor(kubeconfig);
  scope.after(async () => {
    await sweep(api);
    await eventuallyServed(api, 404);
  });
  return { ...api, kubeconfig: () => readFile(kubeconfig, 'utf8') };
}

/** The embedded server, for its own switches, tokens and logs; tests that use it are skipped where another answers. */
export async function startEmbedded(scope: Scope, options: Partial<ApiServerOptions> = {}): Promise<EmbeddedApi> {
  const tls = await testCertificates();
  const server = await startApiServer({ tls, ...options });
  scope.after(() => server.close());
  const auth = { authorization: `Bearer ${server.adminToken}` };
  return { ...clientOf({ url: server.url, ca: tls.ca, auth }), server, kubeconfig: async () => server.kubeconfig() };
}
