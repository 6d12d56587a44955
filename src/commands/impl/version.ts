/** Body of `version`. */
import { kindNames } from '../../api/names.js';
import { isMetalError } from '../../errors/classes.js';
import { neutralise } from '../../lib/sanitize.js';
import { clientLine, reconcilers, version } from '../../version.js';
import type { versionCommand } from '../version.js';
import { kindOf } from './kit/kinds.js';
import type { Run } from './kit/run.js';

interface ServerSide {
  readonly version: string;
  readonly crds: { readonly served: number; readonly known: number };
}

export default async function (run: Run<typeof versionCommand>): Promise<void> {
  const client = { version: version(), node: process.versions.node, reconcilers };
  const server = run.flags.client ? undefined : await serverSide(run);
  await run.out.document({ kind: 'Version', client, ...(server === undefined ? {} : { server }) }, () => {
    const own = clientLine(client.node);
    if (server === undefined) return own;
    return `${own}cluster  ${neutralise(server.version)}   CRDs ${server.crds.served}/${server.crds.known}\n`;
  });
}

/** Undefined, with a warning, when the cluster is away; `--require-server` makes that a failure. */
async function serverSide(run: Run<typeof versionCommand>): Promise<ServerSide | undefined> {
  try {
    const cluster = await run.open('cluster');
    const { gitVersion } = await cluster.version(run.signal);
    const served = await Promise.all(kindNames.map((names) => cluster.served(kindOf(names), run.signal)));
    return { version: gitVersion, crds: { served: served.filter(Boolean).length, known: kindNames.length } };
  } catch (error) {
    if (run.flags.requireServer || !isMetalError(error)) throw error;
    run.talk.warn(error.why === undefined ? error.message : `${error.message}: ${error.why}`);
    return undefined;
  }
}
