/** The cluster of the current context, as a sandbox without an API server of its own uses it. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ServerBootConfiguration } from '../../../api/metal/v1alpha1/index.js';
import { isMetalError } from '../../../errors/classes.js';
import type { Client, ExternalCluster } from '../../../sandbox/up.js';
import type { Ports } from '../../../wiring.js';
import type { AnyRun } from './run.js';

/** Asks the cluster for its version first, so that a wrong context is known before anything starts. */
export async function currentCluster(run: AnyRun): Promise<ExternalCluster> {
  const cluster = await run.open('cluster');
  const { name, server } = await run.context();
  await cluster.version(run.signal);
  const kubeconfig = run.globals.kubeconfig ?? process.env.KUBECONFIG ?? join(homedir(), '.kube', 'config');
  return { url: server, context: name, kubeconfig, connect: (signal) => clientOf(cluster, signal) };
}

/** The few requests of the boot network, over the port that commands use: with its credentials, repeats and limits. */
const clientOf = (cluster: Ports['cluster'], signal: AbortSignal): Client => ({
  get: async (path) => {
    try {
      return (await cluster.raw('GET', path, { signal })).body as Record<string, unknown>;
    } catch (error) {
      if (isMetalError(error) && error.code === 'NOT_FOUND') return undefined;
      throw error;
    }
  },
  patch: async (path, body) =>
    void (await cluster.raw('PATCH', path, { body, contentType: 'application/merge-patch+json', signal })),
  // Boot configurations are all the boot network watches in somebody else's cluster.
  watch: (_path, resourceVersion) => objectsOf(cluster.watch(ServerBootConfiguration, { resourceVersion, signal })),
});

async function* objectsOf(
  events: ReturnType<Ports['cluster']['watch']>,
): AsyncGenerator<{ type: string; object: unknown }> {
  for await (const event of events) if (event.type !== 'BOOKMARK') yield event;
}
