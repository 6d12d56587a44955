/** What `taint` and `untaint` share: a list is replaced as a whole, so it is written as a compare-and-swap. */
import type { Server } from '../../api/metal/v1alpha1/server.js';
import { isMetalError } from '../../errors/classes.js';
import type { taintCommand, untaintCommand } from '../taint.js';
import { changeEach } from './kit/each.js';
import { serverKind } from './kit/kinds.js';
import type { Change } from './kit/out.js';
import type { Run } from './kit/run.js';
import { serverTargets } from './kit/targets.js';

export type TaintRun = Run<typeof taintCommand> | Run<typeof untaintCommand>;
export type Taint = NonNullable<NonNullable<Server['spec']>['taints']>[number];

/** Changes the taints of servers; `next` gives the list wanted, or the present one where nothing changes. */
export async function changeTaints(
  run: TaintRun,
  names: readonly string[],
  verb: string,
  next: (taints: readonly Taint[]) => readonly Taint[],
): Promise<void> {
  const { selector, field, file } = run.flags;
  const servers = await serverTargets(run, run.ports.cluster, { names, selector, field, file });
  await changeEach(
    run,
    servers,
    ({ metadata }) => `server/${metadata.name}`,
    (server) => changeOne(run, server, verb, next),
  );
}

async function changeOne(
  run: TaintRun,
  server: Server,
  verb: string,
  next: (taints: readonly Taint[]) => readonly Taint[],
  isAgain = false,
): Promise<Change> {
  const { name, resourceVersion } = server.metadata;
  const now = server.spec?.taints ?? [];
  const wanted = next(now);
  if (wanted === now) return { object: server, line: `server/${name} unchanged` };
  const isDry = run.globals.dryRun !== 'none';
  const patch = { metadata: { resourceVersion }, spec: { taints: wanted.length === 0 ? null : wanted } };
  try {
    const options = { signal: run.signal, dryRun: isDry };
    const object = await run.ports.cluster.patch(serverKind, { name }, patch, 'merge', options);
    return { object, line: `server/${name} ${verb}${isDry ? ' (dry run)' : ''}` };
  } catch (error) {
    const fresh =
      isAgain || !isConflict(error) ? undefined : await run.ports.cluster.get(serverKind, { name }, run.signal);
    if (fresh === undefined) throw error;
    return changeOne(run, fresh, verb, next, true);
  }
}

const isConflict = (error: unknown): boolean => isMetalError(error) && error.code === 'CONFLICT';
